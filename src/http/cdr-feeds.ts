// The CDR routes: one post, one CDR, answered only after it is durable (docs/feeds.md).
import type { Context } from "koa";
import type { FieldMap } from "../cdr/primary-fields.ts";
import type { Engine } from "../engine/engine.ts";
import type { CdrAnswer } from "../engine/intake/answers.ts";
import type { Arrival } from "../engine/intake/arrival.ts";
import { engineError } from "../errors.ts";
import { readCgrForm } from "../formats/cgr-form.ts";
import type { FormatInput, FormatResult } from "../formats/format.ts";
import { readFreeswitchJson } from "../formats/freeswitch/json.ts";
import type { SourceSettings } from "../mediation/source-settings.ts";
import { requireRole } from "../rpc/require-role.ts";
import type { Access } from "./access/access.ts";
import { readBody } from "./read-body.ts";

export interface CdrFeedsParts {
  engine: Engine;
  limitBytes: number;
}

interface Feed {
  format: string;
  read(input: FormatInput, fieldMap?: FieldMap): FormatResult;
  /** Whether the query string is part of the record, or only beside it. */
  queryIsRecord: boolean;
}

const FORM_FEED: Feed = { format: "cgr-form", read: readCgrForm, queryIsRecord: true };
const FREESWITCH_FEED: Feed = {
  format: "freeswitch-json",
  read: readFreeswitchJson,
  queryIsRecord: false,
};

interface CdrRoute {
  path: string;
  methods: ("GET" | "POST")[];
  feed: Feed;
}

const CDR_ROUTES: readonly CdrRoute[] = [
  { path: "/cgr", methods: ["GET", "POST"], feed: FORM_FEED },
  { path: "/cdr_http", methods: ["GET", "POST"], feed: FORM_FEED },
  { path: "/freeswitch_json", methods: ["POST"], feed: FREESWITCH_FEED },
];

/** The fixed routes, and the paths that sources name for themselves with their kind. */
export function cdrRoutes(sources: readonly SourceSettings[]): CdrRoute[] {
  const own = sources.flatMap(({ kind, match }) =>
    (match.paths ?? [])
      .filter((path) => !CDR_ROUTES.some((route) => route.path === path))
      .map(
        (path): CdrRoute =>
          kind === "freeswitch"
            ? { path, methods: ["POST"], feed: FREESWITCH_FEED }
            : { path, methods: ["GET", "POST"], feed: FORM_FEED },
      ),
  );
  return [...CDR_ROUTES, ...own];
}

/** Handles one post to a CDR route: reads the body once, as bytes. */
export function createCdrFeed(
  parts: CdrFeedsParts,
  feed: Feed,
): (context: Context, access: Access) => Promise<void> {
  return async (context, access) => {
    // The router lets HEAD in wherever GET is; a probe must not store a CDR.
    if (context.method === "HEAD") {
      context.status = 405;
      context.set("Allow", "GET, POST");
      return;
    }
    requireRole(access, "ingest");
    if (context.method === "GET" && context.get("referer") !== "") {
      throw engineError("forbidden", "A web page made this request: it is not taken as a CDR.");
    }
    const source = parts.engine.sourceOf({
      path: context.path,
      address: access.address,
      credential: access.credential,
    });
    const body = await readBody(context.req, parts.limitBytes);
    const query = context.querystring;
    if (body.bytes.length === 0 && (!feed.queryIsRecord || query === "")) {
      throw engineError("invalid-request", "The post is empty: there is no CDR in it.");
    }
    const arrival: Arrival = {
      source,
      format: feed.format,
      // A record that came in the query alone is kept as that text.
      bytes: body.bytes.length > 0 ? body.bytes : Buffer.from(query, "utf8"),
      ...(query === "" ? {} : { query }),
      ...(context.get("content-type") === "" ? {} : { contentType: context.get("content-type") }),
      ...(access.tenants === undefined ? {} : { tenants: access.tenants }),
    };
    const read: FormatResult = body.ok
      ? feed.read(
          { body: body.bytes, query, contentType: context.get("content-type") || null },
          source.fieldMap,
        )
      : { ok: false, reason: "broken-encoding", detail: body.detail };
    const answer = await parts.engine.intake.process(arrival, read);
    context.status = statusOf(answer);
    context.body = answer;
  };
}

/** 202 says: kept, but not understood; everything else that is kept answers 200. */
function statusOf(answer: CdrAnswer): number {
  return answer.outcome === "suspended" ? 202 : 200;
}
