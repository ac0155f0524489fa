// `/jsonrpc`: our JSON-RPC 2.0, and the methods of CGRateS's API, told apart by the method's first letter.
import { METHODS } from "node:http";
import type Router from "@koa/router";
import type { Context } from "koa";
import bodyParser from "koa-bodyparser";
import { isGoRequest } from "../cgrates-api/codec/requests.ts";
import type { ApiServer } from "../cgrates-api/server.ts";
import { EngineError, engineError } from "../errors.ts";
import type { Budget } from "../rpc/budget/budget.ts";
import type { RpcServer } from "../rpc/server.ts";
import type { Access } from "./access/access.ts";
import { noteDialect } from "./go-unauthorized.ts";
import { answerWithin, budgetName, expectedBytes, sendJson } from "./within-budget.ts";

export interface RpcRouteParts {
  rpc: RpcServer;
  /** Answers the methods of CGRateS's API. */
  cgratesApi: ApiServer;
  budget: Budget;
  limits: { bodyBytes: number };
  accessOf(context: Context): Access | Promise<Access>;
  /** Seconds after which a caller may try again when there is too much to do. */
  retryAfterSeconds: number;
}

/** The engine's clients may send any of these; ours is posted. */
const OTHER_METHODS = METHODS.filter(
  (method) => !["POST", "HEAD", "OPTIONS", "CONNECT"].includes(method),
);

export function addRpcRoute(router: Router, parts: RpcRouteParts): void {
  const { bodyBytes } = parts.limits;
  // JSON whatever the Content-Type says; the parse itself is the RPC server's, which answers
  // broken JSON as the specification asks.
  const readText = bodyParser({
    enableTypes: ["text"],
    extendTypes: { text: ["*/*"] },
    textLimit: `${bodyBytes}b`,
    detectJSON: () => false,
    onerror(cause) {
      const isTooLarge = "status" in cause && cause.status === 413;
      throw engineError(isTooLarge ? "too-large" : "invalid-request", cause.message, { cause });
    },
  });

  const answerBy =
    (answer: (body: string, asked: Asked, context: Context) => Promise<void>) =>
    async (given: unknown): Promise<void> => {
      const context = given as Context;
      const access = await accessOrDialect(context, parts);
      const budget = parts.budget.request(budgetName(access), expectedBytes(context, bodyBytes));
      await answerWithin(context, budget.release, async (left) => {
        context.req.headers["content-type"] ??= "text/plain";
        await readText(context, () => Promise.resolve());
        await answer(context.request.rawBody ?? "", { caller: access, budget, left }, context);
      });
    };

  router.post(
    "/jsonrpc",
    answerBy(async (body, asked, context) => {
      if (isGoRequest(body)) return answerGo(context, parts.cgratesApi.answer(body, asked));
      const answer = await parts.rpc.answer(body, asked);
      context.status = answer === null ? 204 : answer.isBusy ? 503 : 200;
      if (answer === null) return;
      if (answer.isBusy) context.set("Retry-After", String(parts.retryAfterSeconds));
      sendJson(context, answer);
    }),
  );
  router.register(
    "/jsonrpc",
    OTHER_METHODS,
    answerBy(async (body, asked, context) => {
      if (isGoRequest(body)) return answerGo(context, parts.cgratesApi.answer(body, asked));
      context.status = 405;
      context.set("Allow", "POST");
    }),
  );
}

/** Who is not let in is told so in words of the dialect that was sent. */
async function accessOrDialect(context: Context, { accessOf }: RpcRouteParts): Promise<Access> {
  try {
    return await accessOf(context);
  } catch (error) {
    if (error instanceof EngineError && error.code === "unauthorized") await noteDialect(context);
    throw error;
  }
}

type Asked = Parameters<RpcServer["answer"]>[1];

/** As the engine does: 200 whatever the answer is, and nothing where there was no request. */
async function answerGo(context: Context, answering: Promise<string[]>): Promise<void> {
  const answer = (await answering).join("");
  context.status = 200;
  context.body = answer;
  context.res.setHeader("Content-Type", "application/json");
}
