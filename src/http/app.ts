// The HTTP edge: access, routes, errors as JSON, one log line a request.
import Router from "@koa/router";
import Koa, { type Context } from "koa";
import { requirePermission } from "../access/permissions.ts";
import type { ApiServer } from "../cgrates-api/server.ts";
import type { Engine } from "../engine/engine.ts";
import type { Log } from "../engine/ports.ts";
import { EngineError, ERROR_CODES, engineError } from "../errors.ts";
import type { AddressSet } from "../mediation/address-range.ts";
import type { Budget } from "../rpc/budget/budget.ts";
import { openRpcDocument } from "../rpc/document/openrpc.ts";
import { readExportRequest } from "../rpc/export-request.ts";
import type { RpcServer } from "../rpc/server.ts";
import { type Access, type AccessRules, claimedUser } from "./access/access.ts";
import type { Guard } from "./access/guard.ts";
import { accessOfRequest, addressOfRequest } from "./access/of-request.ts";
import { sessionSecret } from "./access/session-cookie.ts";
import { addSessionRoutes, type SignIns } from "./access/session-routes.ts";
import { measureAnswers } from "./answer-times.ts";
import { createBodyRoom } from "./body-room.ts";
import { addCdrApi } from "./cdr-api/routes.ts";
import { cdrRoutes, createCdrFeed } from "./cdr-feeds.ts";
import { addVoipRateRoute } from "./cdr-stats/voip-rate.ts";
import { DOCS_HEADERS, docsPage } from "./docs-page.ts";
import { createExportRoute } from "./export-route.ts";
import { answerGoUnauthorized, isForGo } from "./go-unauthorized.ts";
import type { Metrics } from "./metrics.ts";
import { type BodyLimits, dropBody, readBody } from "./read-body.ts";
import { addRpcRoute } from "./rpc-route.ts";
import { addPlainWebSocketRoute } from "./web-socket-route.ts";

export interface AppParts {
  engine: Engine;
  rpc: RpcServer;
  /** Answers the methods of CGRateS's API, on the same path. */
  cgratesApi: ApiServer;
  budget: Budget;
  access: AccessRules;
  signIns: SignIns;
  guard: Guard;
  /** Proxies whose `X-Forwarded-For` counts. */
  trustedProxies: AddressSet;
  metrics: Metrics;
  limits: { bodyBytes: number; queueBytes: number };
  log: Log;
}

/** Seconds after which a sender may try again when the store is away or the queue full. */
const RETRY_AFTER_SECONDS = 5;

export function createApp(parts: AppParts): Koa {
  const app = new Koa();
  // A router looks at each of its paths for every request: the busy ones have routers of their own.
  const [rpc, feeds, router] = [new Router(), new Router(), new Router()];
  const cdrPaths = new Set(cdrRoutes(parts.engine.sources).map(({ path }) => path));
  app.use(measureAnswers(parts.metrics.answerTimes, cdrPaths));
  app.use((context, next) => answerErrors(context, next, parts));
  const { bodyBytes, queueBytes } = parts.limits;
  const bodies = { limitBytes: bodyBytes, room: createBodyRoom(queueBytes) };
  const withAccess = { ...parts, accessOf: (context: Context) => accessOf(parts, context) };
  addRpcRoute(rpc, { ...withAccess, retryAfterSeconds: RETRY_AFTER_SECONDS });
  addCdrRoutes(feeds, parts, bodies);
  addVoipRateRoute(router, withAccess);
  addCdrApi(router, { ...withAccess, bodies });
  addSessionRoutes(router, { ...withAccess, people: parts.engine.people, bodies });
  addStateRoutes(router, parts);
  addPlainWebSocketRoute(router);
  addExportRoutes(router, parts, bodies);
  // An answer that breaks off half-way: the client sees the connection end early.
  app.on("error", (error: unknown) => parts.log.warn({ err: error }, "an answer broke off"));
  for (const one of [rpc, feeds, router]) app.use(one.routes());
  app.use(router.allowedMethods());
  return app;
}

/** At once, where nothing has to be waited for. */
function accessOf(parts: AppParts, context: Context): Access | Promise<Access> {
  const checked = accessOfRequest(parts, context.req);
  return checked instanceof Promise
    ? checked.then((access) => noted(context, access))
    : noted(context, checked);
}

/** For the log of what fails. */
function noted(context: Context, access: Access): Access {
  context.state["caller"] = access.name;
  return access;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function addCdrRoutes(router: Router, parts: AppParts, bodies: BodyLimits): void {
  const { engine } = parts;
  for (const { path, methods, format } of cdrRoutes(engine.sources)) {
    const handle = createCdrFeed({ engine, bodies }, format);
    router.register(path, methods, async (context) => {
      const access = accessOf(parts, context as Context);
      return handle(context as Context, access instanceof Promise ? await access : access);
    });
  }
}

function addExportRoutes(router: Router, parts: AppParts, bodies: BodyLimits): void {
  const { answer, file } = createExportRoute(parts);
  // The typed client posts whatever it asks for.
  router.register("/exports/:id", ["get", "post"], async (context) => {
    const access = await accessOf(parts, context as Context);
    await file(context as Context, access, String(context["params"]["id"]));
  });
  router.get("/export", async (context) => {
    const access = await accessOf(parts, context as Context);
    const request = single(context.query["request"]) ?? "";
    await answer(context as Context, access, readExportRequest(request, "base64url", access.scope));
  });
  router.post("/export", async (context) => {
    const access = await accessOf(parts, context as Context);
    const body = await readBody(context.req, bodies);
    body.handOn();
    if (!body.ok) throw engineError("invalid-request", body.detail);
    const request = readExportRequest(body.bytes.toString("utf8"), "utf8", access.scope);
    await answer(context as Context, access, request);
  });
}

function addStateRoutes(router: Router, parts: AppParts): void {
  const { engine } = parts;
  router.get("/health", (context) => {
    context.body = { ok: true };
  });
  router.get("/ready", async (context) => {
    const fault = await notReady(engine);
    context.status = fault === null ? 200 : 503;
    context.body = fault === null ? await readyFacts(engine) : { ok: false, fault };
  });
  router.get("/metrics", async (context) => {
    const access = await accessOf(parts, context as Context);
    requirePermission(access, "metrics.read");
    context.type = parts.metrics.contentType;
    context.body = await parts.metrics.text(access.scope);
  });
  const document = openRpcDocument();
  const text = Buffer.from(JSON.stringify(document));
  router.get("/openrpc.json", (context) => {
    context.type = "application/json";
    context.body = text;
  });
  const page = Buffer.from(docsPage(document));
  router.get("/docs", (context) => {
    context.set(DOCS_HEADERS);
    context.type = "text/html; charset=utf-8";
    context.body = page;
  });
}

/** Without names, since anybody may ask: how many indexes lack, and how far their build is. */
async function readyFacts({ storeState }: Engine): Promise<object> {
  const indexes = await storeState.indexes();
  if (indexes === null) return { ok: true };
  const { missing, progress } = indexes;
  return { ok: true, indexes: { missing: missing.length, ...progress } };
}

/**
 * Ready: the store takes writes, every version in force is compiled, and each listening feed listens, in
 * this process or in the one that runs it.
 */
async function notReady(engine: Engine): Promise<string | null> {
  // Anybody may ask this: system.status and the log say why.
  if ((await engine.storeState.fault()) !== null) return "the store takes no writes";
  if (!engine.snapshots.ready()) return "a tariff version is being compiled";
  return (await engine.feeds.silent()).length === 0 ? null : "a listening feed does not listen";
}

async function answerErrors(
  context: Context,
  next: () => Promise<unknown>,
  parts: AppParts,
): Promise<void> {
  const { log } = parts;
  try {
    await next();
    if (context.status !== 404 || context.body !== undefined) return;
    throw engineError("not-found", `There is no ${context.method} ${context.path} here.`);
  } catch (thrown) {
    const error =
      thrown instanceof EngineError
        ? thrown
        : engineError("internal", undefined, { cause: thrown });
    const { status } = ERROR_CODES[error.code];
    context.status = status;
    if (status === 503) context.set("Retry-After", String(RETRY_AFTER_SECONDS));
    if (status === 401) challenge(context);
    context.body = {
      code: error.code,
      message: error.message,
      ...(error.detail.path === undefined ? {} : { path: error.detail.path }),
      ...(error.detail.hint === undefined ? {} : { hint: error.detail.hint }),
    };
    if (status === 401 && isForGo(context)) answerGoUnauthorized(context);
    const facts = {
      method: context.method,
      path: context.path,
      status,
      code: error.code,
      address: addressOfRequest(parts.trustedProxies, context.req),
      user: context.state["caller"] ?? claimedUser(context.req.headers.authorization),
    };
    // A stack tells nothing of a store that is away, and a busy switch would fill the disk with it.
    if (error.code === "internal") log.error({ ...facts, err: thrown }, error.message);
    else log.warn({ ...facts, place: error.detail.place }, error.message);
    await dropBody(context.req, context.res);
  }
}

/** A browser would ask for a password of its own, in front of the page that asks for one. */
function challenge(context: Context): void {
  if (context.path === "/session") return;
  if (sessionSecret(context.req.headers.cookie) !== undefined) return;
  context.set("WWW-Authenticate", 'Basic realm="cdrate", charset="UTF-8"');
}
