// The reference for ingest: a bare koa handler that parses the same form or JSON and answers 200.
import Koa from "koa";
import bodyParser from "koa-bodyparser";

const app = new Koa();
app.use(bodyParser({ formLimit: "2mb", jsonLimit: "2mb" }));
app.use((context) => {
  const body = context.request.body as Record<string, unknown>;
  context.body = { fields: Object.keys(body).length };
});
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
