// The routes of `/api/cdr` beside those that take records.
import type Router from "@koa/router";
import type { Context } from "koa";
import type { Engine } from "../../engine/engine.ts";
import type { Access } from "../access/access.ts";
import type { BodyLimits } from "../read-body.ts";
import { createConfigRoutes, meantSource } from "./config.ts";
import { answerRecords } from "./records.ts";
import { answerTrial } from "./trial.ts";

export interface CdrApiParts {
  engine: Engine;
  bodies: BodyLimits;
  accessOf(context: Context): Access | Promise<Access>;
}

export function addCdrApi(router: Router, { engine, bodies, accessOf }: CdrApiParts): void {
  const config = createConfigRoutes({ engine, bodies });
  const route = (answer: (context: Context, access: Access) => Promise<void>) => {
    return async (context: unknown) => {
      const known = context as Context;
      await answer(known, await accessOf(known));
    };
  };
  router.get("/api/cdr/config", route(config.get));
  router.put("/api/cdr/config", route(config.put));
  router.delete("/api/cdr/config", route(config.delete));
  router.get(
    "/api/cdr/records",
    route((context, access) => answerRecords(engine, context, access)),
  );
  router.post(
    "/api/cdr/test",
    route((context, access) => answerTrial({ engine, bodies }, context, access)),
  );
  router.get(
    "/api/cdr/health",
    route(async (context, access) => {
      const { mode, isActive } = engine.sourceChanges.stateOf(meantSource(engine, context, access));
      const fault = await engine.storeState.fault();
      context.status = fault === null ? 200 : 503;
      context.body = {
        status: fault === null ? "ok" : "unavailable",
        database: fault === null ? "connected" : "away",
        mode,
        active: isActive,
        timestamp: new Date(engine.clock()).toISOString(),
      };
    }),
  );
}
