// How a source takes records now: told, changed in part, and set back, by `/api/cdr/config`.

import { isDeepStrictEqual } from "node:util";
import type { Context } from "koa";
import { requirePermission } from "../../access/permissions.ts";
import { seesOwner } from "../../access/scope.ts";
import type { Engine } from "../../engine/engine.ts";
import { engineError } from "../../errors.ts";
import { sourceChange } from "../../mediation/source-change.ts";
import type { SourceSettings } from "../../mediation/source-settings.ts";
import type { Access } from "../access/access.ts";
import { type BodyLimits, readBody } from "../read-body.ts";

/** Where a UCM posts when its source names no path. */
export const UCM_PATH = "/api/cdr/https";

/**
 * The source that the caller means: `?source=` names it, else the one that its post would be of.
 * @throws `not-found`
 */
export function meantSource(engine: Engine, context: Context, access: Access): SourceSettings {
  const { source: name, path = UCM_PATH } = context.query;
  if (typeof name === "string") {
    const found = engine.sources.find((source) => source.name === name);
    if (found !== undefined) return found;
    const message = `There is no source ${name} in the settings.`;
    throw engineError("not-found", message, { path: "source" });
  }
  const { address, credential } = access;
  const sent = typeof path === "string" ? path : UCM_PATH;
  return engine.chosenSource({ path: sent, address, credential });
}

/** Settings are of no tenant, and for admins alone. @throws `forbidden` */
function requireAdmin(access: Access): void {
  requirePermission(access, "feed.control");
  if (seesOwner(access.scope, null)) return;
  throw engineError("forbidden", "The settings are for credentials of every tenant.");
}

export function createConfigRoutes({ engine, bodies }: { engine: Engine; bodies: BodyLimits }) {
  async function view(context: Context, access: Access, source: SourceSettings) {
    const feeds = await engine.feeds.list();
    const ports = feeds
      .filter((feed) => feed.source === source.name && feed.kind === "ucm-tcp")
      .map(({ state }) => Number(/:(\d+)$/.exec(String(state.position?.["listen"]))?.[1] ?? 0));
    const [port = null] = ports;
    const { paths = [] } = source.match;
    return {
      source: source.name,
      ...engine.sourceChanges.stateOf(source),
      httpsConfig: {
        port: context.req.socket.localPort ?? null,
        endpoint: source.kind === "ucm" ? (paths[0] ?? UCM_PATH) : UCM_PATH,
        enableAuth: access.credential !== null,
      },
      tcpConfig: { port, enableAuth: false },
      changed: Object.keys(engine.sourceChanges.changedOf(source)),
    };
  }

  return {
    async get(context: Context, access: Access) {
      requireAdmin(access);
      context.body = await view(context, access, meantSource(engine, context, access));
    },
    async put(context: Context, access: Access) {
      requireAdmin(access);
      const source = meantSource(engine, context, access);
      const sent = await readObject(context, bodies);
      const now: Record<string, unknown> = await view(context, access, source);
      const { source: _name, httpsConfig, tcpConfig, changed: _changed, ...change } = sent;
      requireSame(sent, now);
      const read = sourceChange.safeParse(change);
      if (!read.success) {
        const [issue] = read.error.issues;
        const path = issue?.path.join(".") || (issue as { keys?: string[] })?.keys?.[0] || "body";
        throw engineError("invalid-params", `${path}: ${issue?.message}`, { path });
      }
      await engine.sourceChanges.change(source, read.data, access);
      context.body = await view(context, access, source);
    },
    async delete(context: Context, access: Access) {
      requireAdmin(access);
      const source = meantSource(engine, context, access);
      await engine.sourceChanges.reset(source, access);
      context.body = await view(context, access, source);
    },
  };
}

/** What is of the settings file may be sent as it is, as whoever sends back what was answered does. */
function requireSame(sent: Record<string, unknown>, now: Record<string, unknown>): void {
  for (const part of ["httpsConfig", "tcpConfig"] as const) {
    if (sent[part] === undefined) continue;
    const known = now[part] as Record<string, unknown>;
    const members = Object.entries((sent[part] ?? {}) as Record<string, unknown>);
    const other = members.find(([name, value]) => !isDeepStrictEqual(known[name], value));
    if (other === undefined) continue;
    const path = `${part}.${other[0]}`;
    throw engineError("invalid-params", `${path} is of the settings file.`, {
      path,
      hint: "Ports are `listen` there, paths `sources[].match.paths`, tokens `credentials`.",
    });
  }
}

async function readObject(context: Context, bodies: BodyLimits): Promise<Record<string, unknown>> {
  const body = await readBody(context.req, bodies);
  body.handOn();
  let value: unknown;
  try {
    value = JSON.parse(body.bytes.toString("utf8"));
  } catch (cause) {
    throw engineError("invalid-request", `The body is not JSON: ${String(cause)}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw engineError("invalid-request", "The body is not a JSON object.");
}
