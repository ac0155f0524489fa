// `POST /api/cdr/test`: whether records of a source would be taken, and what would become of them.
import type { Context } from "koa";
import { requirePermission } from "../../access/permissions.ts";
import type { Engine } from "../../engine/engine.ts";
import { readArrival } from "../../engine/intake/record-formats.ts";
import type { Trial } from "../../engine/intake/trials.ts";
import { engineError } from "../../errors.ts";
import type { FormatResult } from "../../formats/format.ts";
import { FORMATS } from "../../formats/formats.ts";
import type { SourceSettings } from "../../mediation/source-settings.ts";
import { cdrView } from "../../rpc/cdr-view.ts";
import type { Access } from "../access/access.ts";
import { type BodyLimits, readBody } from "../read-body.ts";
import { meantSource, UCM_PATH } from "./config.ts";

/** Records of one trial. */
const MOST_RECORDS = 100;

interface Parts {
  engine: Engine;
  bodies: BodyLimits;
}

export async function answerTrial(parts: Parts, context: Context, access: Access): Promise<void> {
  requirePermission(access, "cdr.write");
  const { engine, bodies } = parts;
  const source = meantSource(engine, context, access);
  const body = await readBody(context.req, bodies);
  body.handOn();
  if (!body.ok) throw engineError("invalid-request", body.detail);
  const { checks, ok } = await checked(engine, source, access);
  if (body.bytes.length === 0) {
    context.body = {
      ok,
      source: source.name,
      checks,
      curl: curlLine(engine, { context, access, source }),
    };
    return;
  }
  const pieces = FORMATS["ucm-json"]?.pieces?.(body.bytes) ?? [];
  if (pieces.length > MOST_RECORDS) {
    throw engineError("too-large", `The body has over ${MOST_RECORDS} records.`);
  }
  const records: unknown[] = [];
  for (const { bytes, format, fault } of pieces) {
    const arrival = { source, format, bytes, scope: access.scope };
    const read: FormatResult = fault === undefined ? readArrival(arrival) : { ok: false, ...fault };
    records.push(shown(await engine.trials.one(arrival, read)));
  }
  context.body = { ok, source: source.name, stored: false, records };
}

function shown({ cdr, ...trial }: Trial) {
  if (cdr === undefined) return trial;
  const { sell, buy } = cdr.rating;
  return { id: cdr.id, ...trial, sell, buy, cdr: cdrView(cdr) };
}

/** What a post has to pass, one by one. */
async function checked(engine: Engine, source: SourceSettings, access: Access) {
  const { address } = access;
  const state = engine.sourceChanges.stateOf(source);
  const refusal = engine.sourceChanges.refusal(source, { door: "HTTPS", address });
  const fault = await engine.storeState.fault();
  const checks = [
    { check: "address", ok: refusal !== "address", detail: `it came from ${address}` },
    { check: "active", ok: state.isActive, detail: state.isActive ? "yes" : "switched off" },
    { check: "mode", ok: state.mode !== "TCP", detail: state.mode },
    { check: "store", ok: fault === null, detail: fault === null ? "takes writes" : "is away" },
    {
      check: "tariffs",
      ok: engine.snapshots.ready(),
      detail: engine.snapshots.ready() ? "compiled" : "being compiled",
    },
  ];
  return { checks, ok: checks.every((one) => one.ok) };
}

/** An answered call of a minute that ended just now. */
function sampleOf(nowMs: number) {
  const at = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString();
  return {
    AcctId: `test-${nowMs}`,
    src: "1001",
    dst: "442079460000",
    ...{ start: at(65), answer: at(60), end: at(0), duration: "65", billsec: "60" },
    disposition: "ANSWERED",
    uniqueid: "test.1",
    userfield: "Outbound",
  };
}

/** A command that posts a sample record of the source. */
function curlLine(
  engine: Engine,
  { context, access, source }: { context: Context; access: Access; source: SourceSettings },
): string {
  const host = /^[\w.:[\]-]{1,255}$/.test(context.host) ? context.host : "127.0.0.1:2080";
  const scheme = "encrypted" in context.req.socket ? "https" : "http";
  const paths = source.kind === "ucm" ? (source.match.paths ?? []) : [];
  const path = paths.find((one) => /^[\w./-]+$/.test(one)) ?? UCM_PATH;
  const token = access.credential === null ? "" : " -H 'Authorization: Bearer TOKEN'";
  const type = "-H 'Content-Type: application/json'";
  return `curl ${scheme}://${host}${path}${token} ${type} -d '${JSON.stringify(sampleOf(engine.clock()))}'`;
}
