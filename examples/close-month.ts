// Closes a month of one tenant: finds what has no price, sums by account, writes the export.
// CDRATE_URL=http://127.0.0.1:2080 CDRATE_TOKEN=… npx tsx examples/close-month.ts 2026-03 > march.csv
import { createClient } from "cdrate/client";

const { CDRATE_URL = "http://127.0.0.1:2080", CDRATE_TOKEN: token } = process.env;
const tenant = process.env["CDRATE_TENANT"] ?? "cgrates.org";
const client = createClient({ url: CDRATE_URL, ...(token === undefined ? {} : { token }) });

const [year = 0, month = 0] = (process.argv[2] ?? "").split("-").map(Number);
const from = new Date(Date.UTC(year, month - 1)).toISOString();
const to = new Date(Date.UTC(year, month)).toISOString();
const filter = { tenants: [tenant], answerTime: { from, to } };

const unpriced = { ...filter, outcomes: ["unrated", "partial"] as ["unrated", "partial"] };
for await (const { id, primary, rating } of client.all("cdr.find", { filter: unpriced })) {
  process.stderr.write(`${id} ${primary["account"]} has no price: ${rating.reason ?? "-"}\n`);
}

const { rows } = await client.call("cdr.summarize", { filter, groupBy: ["account"] });
for (const { account, calls, seconds, sell, currency } of rows) {
  process.stderr.write(`${account}: ${calls} calls, ${seconds} s, ${sell ?? "-"} ${currency}\n`);
}

const file = await client.download({ filter, format: "csv" });
for await (const bytes of file) process.stdout.write(bytes);
