// The reference for ingest that stores too: the bare koa handler, and behind it the insert of the
// service: its threads, indexes and row bytes, group commit without a limit. What is left out is reading the
// record, pricing it and saying the price: every post becomes the same rated CDR under another id.
import { createHash } from "node:crypto";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import type { NewCdr } from "../src/stores/ports/cdrs.ts";
import { openThreadedSqliteStore } from "../src/stores/sqlite/threads/store.ts";

const [path = "", sample = ""] = process.argv.slice(2);
const cdr = JSON.parse(Buffer.from(sample, "base64").toString("utf8")) as NewCdr;
const store = await openThreadedSqliteStore({ path });

let waiting: { cdr: NewCdr; done(): void }[] = [];

/** What came in this turn of the event loop goes together. */
function insert(originId: string): Promise<void> {
  return new Promise((done) => {
    const id = createHash("sha1").update(originId).digest("hex");
    waiting.push({ cdr: { ...cdr, id, primary: { ...cdr.primary, originId } }, done });
    if (waiting.length > 1) return;
    setImmediate(() => {
      const taken = waiting;
      waiting = [];
      void store.cdrs.insert(taken.map((one) => one.cdr)).then(() => {
        for (const one of taken) one.done();
      });
    });
  });
}

let serial = 0;
const app = new Koa();
app.use(bodyParser({ formLimit: "2mb", jsonLimit: "2mb" }));
app.use(async (context) => {
  const body = context.request.body as Record<string, unknown>;
  serial += 1;
  await insert(`${process.pid}-${serial}`);
  context.body = { fields: Object.keys(body).length };
});
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
