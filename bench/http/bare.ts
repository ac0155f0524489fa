// The reference for ingest: a bare koa handler that parses the same form or JSON and answers 200.
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import { serve } from "./listen.ts";

await serve(1, () => {
  const app = new Koa();
  app.use(bodyParser({ formLimit: "2mb", jsonLimit: "2mb" }));
  app.use((context) => {
    const body = context.request.body as Record<string, unknown>;
    context.body = { fields: Object.keys(body).length };
  });
  return app;
});
