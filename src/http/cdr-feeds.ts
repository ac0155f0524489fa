// The CDR routes: one post, one CDR, answered only after it is durable (docs/feeds.md).
import type { Context } from "koa";
import { requirePermission } from "../access/permissions.ts";
import type { Reason } from "../cdr/reasons.ts";
import type { Engine } from "../engine/engine.ts";
import type { CdrAnswer } from "../engine/intake/answers.ts";
import type { Arrival } from "../engine/intake/arrival.ts";
import { readArrival } from "../engine/intake/record-formats.ts";
import { engineError } from "../errors.ts";
import { isTurnOver, ownTurn, turnFor } from "../event-loop.ts";
import type { Format, FormatResult, RecordPiece } from "../formats/format.ts";
import { FORMATS } from "../formats/formats.ts";
import type { SourceSettings } from "../mediation/source-settings.ts";
import type { Access } from "./access/access.ts";
import { type Body, type BodyLimits, readBody } from "./read-body.ts";

export interface CdrFeedsParts {
  engine: Engine;
  bodies: BodyLimits;
}

interface CdrRoute {
  path: string;
  methods: ("GET" | "POST")[];
  /** Name of the format that posts to it have. */
  format: string;
}

const FORMAT_ENTRIES: [string, Format][] = Object.entries(FORMATS);

const CDR_ROUTES: readonly CdrRoute[] = FORMAT_ENTRIES.flatMap(([name, { paths }]) =>
  paths.map((path) => routeOf(path, name)),
);

function routeOf(path: string, format: string): CdrRoute {
  const { queryIsRecord } = formatNamed(format);
  return { path, methods: queryIsRecord ? ["GET", "POST"] : ["POST"], format };
}

function formatNamed(name: string): Format {
  const format = FORMATS[name];
  if (format === undefined) throw new Error(`the format ${name} is not in the table`);
  return format;
}

const RPC_PATH = "/jsonrpc";

/** The fixed routes, and the paths that sources name for themselves with their kind. */
export function cdrRoutes(sources: readonly SourceSettings[]): CdrRoute[] {
  const own = sources.flatMap(({ kind = "form", match }) => {
    const [format] = FORMAT_ENTRIES.find(([, entry]) => entry.kind === kind) ?? [];
    if (format === undefined) return [];
    // A source may be that of the CDRs which come by JSON-RPC; its path stays the service's.
    return (match.paths ?? [])
      .filter((path) => path !== RPC_PATH && !CDR_ROUTES.some((route) => route.path === path))
      .map((path) => routeOf(path, format));
  });
  return [...CDR_ROUTES, ...own];
}

/** Handles one post to a CDR route: reads the body once, as bytes. */
export function createCdrFeed(
  parts: CdrFeedsParts,
  format: string,
): (context: Context, access: Access) => Promise<void> {
  const { queryIsRecord } = formatNamed(format);

  /** The records of a post; what they have in common is the sender. */
  function arrivalsOf(
    context: Context,
    access: Access,
    { body, source }: { body: Body; source: SourceSettings },
  ): Posted[] {
    const query = context.querystring;
    if (body.bytes.length === 0 && (!queryIsRecord || query === "")) {
      throw engineError("invalid-request", "The post is empty: there is no CDR in it.");
    }
    const contentType = context.get("content-type");
    return piecesOf(body, { format, query }).map(({ bytes, format: named, fault }) => {
      const arrival: Arrival = { source, format: named, bytes, scope: access.scope };
      if (query !== "") arrival.query = query;
      if (contentType !== "") arrival.contentType = contentType;
      return fault === undefined ? { arrival } : { arrival, fault };
    });
  }

  return async (context, access) => {
    // The router lets HEAD in wherever GET is; a probe must not store a CDR.
    if (context.method === "HEAD") {
      context.status = 405;
      context.set("Allow", "GET, POST");
      return;
    }
    requirePermission(access, "cdr.write");
    if (context.method === "GET" && context.get("referer") !== "") {
      throw engineError("forbidden", "A web page made this request: it is not taken as a CDR.");
    }
    const source = parts.engine.sourceOf({
      path: context.path,
      address: access.address,
      credential: access.credential,
    });
    requireOpen(parts.engine, source, access);
    const body = await readBody(context.req, parts.bodies);
    try {
      await turnFor(body.bytes.length);
      const posted = arrivalsOf(context, access, { body, source });
      const [only] = posted;
      if (only !== undefined && posted.length === 1) {
        const answering = take(parts.engine, only);
        // The intake counts the bytes from here on.
        body.handOn();
        const answer = await answering;
        context.status = statusOf([answer]);
        context.body = answer;
        return;
      }
      const records = await takeAll(parts.engine, posted);
      context.status = statusOf(records);
      context.body = { processed: records.length, outcomes: countedOutcomes(records), records };
    } finally {
      body.handOn();
    }
  };
}

/** @throws `too-busy` (503) where the source is switched off, `not-found` where it is for TCP alone */
function requireOpen(engine: Engine, source: SourceSettings, { address }: Access): void {
  const refusal = engine.sourceChanges.refusal(source, { door: "HTTPS", address });
  if (refusal === "inactive") {
    throw engineError(
      "too-busy",
      `The source ${source.name} was switched off: post it again later.`,
    );
  }
  if (refusal === "other-mode") {
    throw engineError("not-found", `The source ${source.name} takes records by TCP alone.`);
  }
}

interface Posted {
  arrival: Arrival;
  fault?: { reason: Reason; detail: string };
}

/** A body in as many records as it has; what could not be inflated is one that nobody can read. */
function piecesOf(body: Body, { format, query }: { format: string; query: string }): RecordPiece[] {
  const { bytes } = body;
  if (!body.ok) {
    return [{ bytes, format, fault: { reason: "broken-encoding", detail: body.detail } }];
  }
  // A record that came in the query alone is kept as that text.
  if (bytes.length === 0) return [{ bytes: Buffer.from(query, "utf8"), format }];
  return formatNamed(format).pieces?.(bytes) ?? [{ bytes, format }];
}

async function take(engine: Engine, { arrival, fault }: Posted): Promise<CdrAnswer> {
  const { length } = arrival.bytes;
  await turnFor(length);
  const read: FormatResult = fault === undefined ? readArrival(arrival) : { ok: false, ...fault };
  await turnFor(length);
  return engine.intake.process(arrival, read);
}

/** Records of one post that are read and under way at once. */
const AT_ONCE = 500;

/** @throws when one of them is not durable, after all that were under way are answered */
async function takeAll(engine: Engine, posted: readonly Posted[]): Promise<CdrAnswer[]> {
  const answers: CdrAnswer[] = [];
  for (let from = 0; from < posted.length; from += AT_ONCE) {
    const taken = posted.slice(from, from + AT_ONCE).map(async ({ arrival, fault }) => {
      if (isTurnOver()) await ownTurn();
      const patient = { ...arrival, isPatient: true };
      return take(engine, fault === undefined ? { arrival: patient } : { arrival: patient, fault });
    });
    const settled = await Promise.allSettled(taken);
    const failed = settled.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    answers.push(...settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
  }
  return answers;
}

function countedOutcomes(answers: readonly CdrAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of answers) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** 202 says: kept, but not understood; everything else that is kept answers 200. */
function statusOf(answers: readonly CdrAnswer[]): number {
  return answers.some(({ outcome }) => outcome === "suspended") ? 202 : 200;
}
