// The reference for ingest that stores too: the bare koa handler, and behind it the insert of the
// service: its threads, indexes and row bytes, group commit without a limit. What is left out is reading the
// record, pricing it and saying the price: every post becomes the same rated CDR under another id.
// Arguments: the file of the store, the CDR as base64 of its JSON, how many processes.
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import { cdrId } from "../../src/mediation/content-hash.ts";
import type { NewCdr } from "../../src/stores/ports/cdrs.ts";
import { openThreadedSqliteStore } from "../../src/stores/sqlite/threads/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { serve } from "./listen.ts";

const [path = "", sample = "", processes = "1"] = process.argv.slice(2);
const cdr = JSON.parse(Buffer.from(sample, "base64").toString("utf8")) as NewCdr;

/** What came in one turn of the event loop goes together. */
function groupedInsert(store: Store): (originId: string) => Promise<void> {
  let waiting: { cdr: NewCdr; done(): void }[] = [];
  return (originId) =>
    new Promise((done) => {
      const id = cdrId(originId, "");
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

await serve(Number(processes), async () => {
  const insert = groupedInsert(await openThreadedSqliteStore({ path }));
  let serial = 0;
  const app = new Koa();
  app.use(bodyParser({ formLimit: "2mb", jsonLimit: "2mb" }));
  app.use(async (context) => {
    const body = context.request.body as Record<string, unknown>;
    serial += 1;
    await insert(`${process.pid}-${serial}`);
    context.body = { fields: Object.keys(body).length };
  });
  return app;
});
