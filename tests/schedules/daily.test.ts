// Goal: the daily report says of one calendar day what the CDRs say, in the language and zone of its reader, and
// rows and sums agree. Method: a small day with calls beside its bounds, read back from the mail and the file.
import PostalMime from "postal-mime";
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoredCdr } from "../../src/cdr/cdr.ts";
import { mailSettings } from "../../src/mail/settings.ts";
import { createMailer } from "../../src/mail/smtp.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { type SmtpSink, startSmtpSink } from "../mail/smtp-sink.ts";
import { sampleCdr, sampleRating } from "../stores/contracts/sample-cdrs.ts";
import { BY, daily, deskOver, mailTo } from "./desk-under-test.ts";

/** Madrid is an hour ahead of UTC: the day is from 23:00 to 23:00. */
const CALLS: [name: string, answer: string, seconds: number, cause: string][] = [
  ["before", "2026-03-01T22:59:59Z", 600, "16"],
  ["first", "2026-03-01T23:00:00Z", 60, "16"],
  ["noon", "2026-03-02T11:30:00Z", 90, "16"],
  ["busy", "2026-03-02T11:45:00Z", 0, "17"],
  ["last", "2026-03-02T22:59:59Z", 30, "31"],
  ["after", "2026-03-02T23:00:00Z", 700, "16"],
];

function cdr([name, answer, seconds, disconnectCause]: (typeof CALLS)[number]): StoredCdr {
  const at = { atMs: Date.parse(answer), offsetMinutes: 0 };
  const base = sampleCdr(name);
  const { answerTime: _answer, endTime: _end, ...primary } = base.primary;
  return {
    ...base,
    primary: {
      ...primary,
      ...{ setupTime: at, usage: seconds * 1000, disconnectCause, callerNumber: "34600111222" },
      ...(seconds > 0 && { answerTime: at }),
    },
    rating: sampleRating(),
    history: [],
  };
}

let store: Store;
let sink: SmtpSink;
beforeAll(async () => {
  store = await openSqliteStore({ path: ":memory:" });
  await store.cdrs.insert(CALLS.map(cdr));
  sink = await startSmtpSink();
});
afterAll(async () => {
  await sink.stop();
  await store.close();
});

async function sent(changes: Parameters<typeof daily>[0]) {
  sink.mails.length = 0;
  const settings = mailSettings.parse({
    ...{ host: "127.0.0.1", port: sink.port, tls: "none", from: "cdrate@example.com" },
  });
  const mailer = createMailer({ settings, password: async () => "" });
  const desk = deskOver(store, { mailer, clock: () => Date.parse("2026-03-03T06:00:00Z") });
  const occasions = { every: "day" as const, at: "06:00", zone: "Europe/Madrid" };
  await desk.schedules.set(daily({ occasions, ...changes }), BY);
  await desk.schedules.run(changes?.name ?? "daily", BY);
  while ((await desk.turn()).isBusy);
  expect(await desk.states()).not.toContain("waiting");
  const [mail] = sink.mails;
  return PostalMime.parse(mail?.raw ?? "");
}
const contentOf = (mail: Awaited<ReturnType<typeof sent>>, type: string) => {
  const found = mail.attachments.find(({ mimeType }) => mimeType === type);
  return Buffer.from((found?.content as ArrayBuffer | undefined) ?? new ArrayBuffer(0));
};

describe("the daily report", () => {
  it("is of the calendar day of the zone, and its parts agree", async () => {
    const mail = await sent({ name: "en", to: [mailTo("a@example.com")] });
    expect(mail.subject).toBe("Calls report: Monday, March 2, 2026");
    const text = mail.text ?? "";
    // Four calls, three of them answered, 180 seconds, 60 in the mean; 4 in 24 hours.
    expect(text).toMatch(/Currency +Calls +Answered +Minutes +Mean length +Answered share/);
    expect(text).toMatch(/EUR +4 +3 +3:00 +1:00 +75%.* 0\.2/);
    const last = text.slice(text.indexOf("Last calls"));
    // In the zone of the reader (UTC), the latest first.
    expect([...last.matchAll(/^(\d\d:\d\d:\d\d)/gm)].map(([, time]) => time)).toEqual([
      ...["22:59:59", "11:45:00", "11:30:00", "23:00:00"],
    ]);
    const causes = text.slice(text.indexOf("Call status"), text.indexOf("Last calls"));
    expect(causes).toMatch(/16 NORMAL_CLEARING +2 +50%/);
    expect(causes).toMatch(/17 USER_BUSY +1 +25%/);
    const csv = contentOf(mail, "text/csv").toString("utf8").trim().split("\r\n");
    expect(csv).toHaveLength(25);
    const column = (csv[0] ?? "").split(",").indexOf("cdrs");
    const sum = csv.slice(1).reduce((all, line) => all + Number(line.split(",")[column]), 0);
    expect(sum).toBe(4);
    expect(mail.html).toContain('src="cid:plot"');
    expect(contentOf(mail, "image/png").subarray(1, 4).toString()).toBe("PNG");
  });

  it("in other languages words, numbers and dates follow", async () => {
    const de = await sent({ name: "de", to: [mailTo("d@example.com", "de")], format: "html" });
    expect(de.subject).toBe("Anrufbericht: Montag, 2. März 2026");
    expect(de.text).toMatch(/75\s%/);
    expect(de.text).toContain("Letzte Anrufe");
    expect(de.attachments.map(({ mimeType }) => mimeType)).toEqual(["image/png"]);
    const es = await sent({ name: "es", to: [mailTo("e@example.com", "es")], format: "html" });
    expect(es.subject).toBe("Informe de llamadas: lunes, 2 de marzo de 2026");
    const fr = await sent({ name: "fr", to: [mailTo("f@example.com", "fr")], format: "html" });
    expect(fr.subject).toBe("Rapport d’appels: lundi 2 mars 2026");
    const pt = await sent({ name: "pt", to: [mailTo("p@example.com", "pt")], format: "html" });
    expect(pt.subject).toBe("Relatório de chamadas: segunda-feira, 2 de março de 2026");
  });

  it("a workbook has numbers as numbers", async () => {
    const mail = await sent({ name: "xlsx", to: [mailTo("x@example.com")], format: "xlsx" });
    const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const [columns = [], ...rows] = await readSheet(contentOf(mail, type));
    expect(rows).toHaveLength(24);
    const cells = (name: string) => rows.map((row) => row[columns.indexOf(name)]);
    expect(cells("cdrs").filter((cell) => cell === 1 || cell === 2)).toEqual([1, 2, 1]);
    expect(cells("seconds")).toContain(90);
    expect(cells("bucket")[0]).toBe("2026-03-02T00:00+01:00");
  });

  it("who sees no buy side gets none, and a day without calls says so", async () => {
    const to = [mailTo("n@example.com")];
    const told = { kind: "daily" as const, filter: { accounts: ["nobody"] } };
    const mail = await sent({ name: "none", to, told });
    expect(mail.text).toContain("There were no calls in this period.");
    expect(mail.html).not.toContain("cid:plot");
  });
});

describe("other reports", () => {
  it("a statement has its lines, with a total", async () => {
    const told = { kind: "statement" as const, account: "1001" };
    const mail = await sent({
      name: "statement",
      report: "statement",
      told,
      to: [mailTo("s@example.com")],
    });
    expect(mail.subject).toBe("Statement 1001: Monday, March 2, 2026");
    expect(mail.text).toMatch(/Day +Destination/);
    expect(mail.text).toMatch(/Total/);
    expect(contentOf(mail, "text/csv").toString("utf8")).toContain("day,destination,currency,cdrs");
  });

  it("a report by a key has all its rows in the file", async () => {
    const told = { kind: "group" as const, report: "accounts" as const, filter: {}, top: 10 };
    const mail = await sent({
      name: "accounts",
      report: "accounts",
      told,
      to: [mailTo("g@example.com")],
    });
    expect(contentOf(mail, "text/csv").toString("utf8")).toMatch(/^tenant,account,currency/);
    expect(mail.text).toContain("1001");
  });
});
