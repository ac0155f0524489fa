// The reference for RPC: a bare koa and json-rpc-2.0 echo.
import { JSONRPCServer } from "json-rpc-2.0";
import Koa from "koa";
import bodyParser from "koa-bodyparser";

const rpc = new JSONRPCServer();
rpc.addMethod("echo", (params: unknown) => params);

const app = new Koa();
app.use(bodyParser({ jsonLimit: "2mb" }));
app.use(async (context) => {
  context.body = await rpc.receive(context.request.body as Parameters<typeof rpc.receive>[0]);
});
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
