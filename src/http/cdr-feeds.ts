// The CDR routes: one post, one CDR, answered only after it is durable (docs/feeds.md).
import type { Context } from "koa";
import { requirePermission } from "../access/permissions.ts";
import type { Engine } from "../engine/engine.ts";
import type { CdrAnswer } from "../engine/intake/answers.ts";
import type { Arrival } from "../engine/intake/arrival.ts";
import { readArrival } from "../engine/intake/record-formats.ts";
import { engineError } from "../errors.ts";
import { turnFor } from "../event-loop.ts";
import type { Format, FormatResult } from "../formats/format.ts";
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
  async function take(
    context: Context,
    access: Access,
    { body, source }: { body: Body; source: SourceSettings },
  ): Promise<CdrAnswer> {
    const query = context.querystring;
    if (body.bytes.length === 0 && (!queryIsRecord || query === "")) {
      throw engineError("invalid-request", "The post is empty: there is no CDR in it.");
    }
    const arrival: Arrival = {
      source,
      format,
      // A record that came in the query alone is kept as that text.
      bytes: body.bytes.length > 0 ? body.bytes : Buffer.from(query, "utf8"),
      ...(query === "" ? {} : { query }),
      ...(context.get("content-type") === "" ? {} : { contentType: context.get("content-type") }),
      scope: access.scope,
    };
    await turnFor(body.bytes.length);
    const read: FormatResult = body.ok
      ? readArrival(arrival)
      : { ok: false, reason: "broken-encoding", detail: body.detail };
    await turnFor(body.bytes.length);
    const answering = parts.engine.intake.process(arrival, read);
    // The intake counts them from here on.
    body.handOn();
    return answering;
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
    const body = await readBody(context.req, parts.bodies);
    try {
      const answer = await take(context, access, { body, source });
      context.status = statusOf(answer);
      context.body = answer;
    } finally {
      body.handOn();
    }
  };
}

/** 202 says: kept, but not understood; everything else that is kept answers 200. */
function statusOf(answer: CdrAnswer): number {
  return answer.outcome === "suspended" ? 202 : 200;
}
