// The reference for RPC: a bare koa and json-rpc-2.0 echo. Arguments: how many processes.
import { JSONRPCServer } from "json-rpc-2.0";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import { serve } from "./listen.ts";

const [processes = "1"] = process.argv.slice(2);

await serve(Number(processes), () => {
  const rpc = new JSONRPCServer();
  rpc.addMethod("echo", (params: unknown) => params);
  const app = new Koa();
  app.use(bodyParser({ jsonLimit: "2mb" }));
  app.use(async (context) => {
    context.body = await rpc.receive(context.request.body as Parameters<typeof rpc.receive>[0]);
  });
  return app;
});
