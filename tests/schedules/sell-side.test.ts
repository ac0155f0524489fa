// Goal: whoever sees no buy side is mailed none of it, whatever the report and the file. Method: calls with
// amounts of their own kind on each side; every report in every format, told by both scopes.
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Scope } from "../../src/access/scope.ts";
import type { Mail, Mailer } from "../../src/engine/mailing/mail.ts";
import { FORMATS, type Told } from "../../src/engine/schedules/model.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { sampleCdr, sampleSide } from "../stores/contracts/sample-cdrs.ts";
import { BY, daily, deskOver, mailTo, NOW_MS } from "./desk-under-test.ts";

const CARRIER = "Geheimnetz";
/** Buy and margin of one call, and of all three. */
const SECRETS = ["7.0777", "21.2331", "1.9223", "5.7669", CARRIER, CARRIER.toLowerCase()];
const SELL = ["9", "27"];

let store: Store;
beforeAll(async () => {
  store = await openSqliteStore({ path: ":memory:" });
  await store.cdrs.insert(
    [1, 2, 3].map((n) =>
      sampleCdr(`call ${n}`, {
        primary: { answerTime: { atMs: NOW_MS - n * 3_600_000, offsetMinutes: 0 } },
        rating: {
          sell: sampleSide({ amount: "9" }),
          buy: sampleSide({ amount: "7.0777", carrier: CARRIER }),
          margin: { amount: "1.9223", currency: "EUR" },
        },
      }),
    ),
  );
});
afterAll(() => store.close());

const TOLD: Told[] = [
  { kind: "daily", filter: {} },
  { kind: "traffic", by: "day", filter: {} },
  { kind: "statement", account: "1001" },
  ...(["accounts", "destinations", "countries", "causes"] as const).map(
    (report): Told => ({ kind: "group", report, filter: {}, top: 10 }),
  ),
];

/** All that a receiver can read of the mails. */
async function mailed(told: Told, scope: Scope): Promise<string> {
  const mails: Mail[] = [];
  const mailer: Mailer = {
    ...{ place: "mail", longestMs: 60_000, addressOf: (text) => text },
    async send(mail) {
      mails.push(mail);
      return { outcome: "sent", messageId: "<k@x>", answer: "250" };
    },
  };
  const settings = { scopeOf: () => scope };
  const desk = deskOver(store, { mailer, clock: () => NOW_MS + 6 * 3_600_000, settings });
  for (const format of FORMATS) {
    const name = `${JSON.stringify(told).length}-${format}-${scope.seesBuy}-${TOLD.indexOf(told)}`;
    const to = [mailTo("a@example.com")];
    await desk.schedules.set(daily({ name, told, format, to }), BY);
    await desk.schedules.run(name, BY);
  }
  while ((await desk.turn()).isBusy);
  expect(mails).toHaveLength(FORMATS.length);
  const parts: string[] = [];
  for (const { subject, text, html, files } of mails) {
    parts.push(subject, text, html);
    for (const { name, content } of files) {
      const isBook = name.endsWith(".xlsx");
      const bytes = Buffer.from(content);
      parts.push(name, isBook ? JSON.stringify(await readSheet(bytes)) : bytes.toString("utf8"));
    }
  }
  return parts.join("\n");
}

it.each(TOLD.map((told) => ({ told, name: "report" in told ? told.report : told.kind })))(
  "$name",
  async ({ told }) => {
    const own = await mailed(told, { tenants: ["example.com"], seesBuy: false });
    expect(SELL.some((amount) => own.includes(amount))).toBe(true);
    for (const secret of SECRETS) expect(own).not.toContain(secret);
    // These are there to be seen, so that the test looks where they would be.
    if (told.kind === "statement") return;
    const whole = await mailed(told, { tenants: null, seesBuy: true });
    expect(SECRETS.some((secret) => whole.includes(secret))).toBe(true);
  },
);
