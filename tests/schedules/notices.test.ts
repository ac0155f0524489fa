// Goal: a notice tells a customer of its own prices alone, with the numbers of tariff.diff, and reaches each
// receiver once whatever dies between. Method: an engine with two plans, calls of one account, and a mail
// server that remembers; a store that dies at every step.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import type { Mail, Mailer } from "../../src/engine/mailing/mail.ts";
import { NO_DELIVERIES } from "../../src/engine/schedules/model.ts";
import { createNotices, type NoticeWanted } from "../../src/engine/schedules/notices/notices.ts";
import { createSchedules } from "../../src/engine/schedules/schedules.ts";
import type { Store } from "../../src/stores/store.ts";
import { SILENT } from "../end-to-end/test-service.ts";
import { createTestEngine, STORES, TENANT, type TestEngine } from "../engine/rerate/test-engine.ts";
import { BY } from "./desk-under-test.ts";

const START_MS = Date.parse("2026-04-01T00:00:00Z");
const HEADER = "prefix,destination,rate,connect_fee,first_interval,next_interval,effective_from\n";

const files = (standard: string, other: string) => ({
  "tariff.yaml": [
    `tenant: ${TENANT}`,
    "currency: EUR",
    "timeZone: Europe/Madrid",
    "retailPlans: { standard: { deck: standard.csv }, other: { deck: other.csv } }",
    "carrierPlans: { alpha: { carrier: Alpha, deck: alpha.csv } }",
    "voipPlans: { gold: { retail: [standard], carriers: [alpha] }, silver: { retail: [other], carriers: [alpha] } }",
    "accounts: accounts.csv",
  ].join("\n"),
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n2002,silver,,\n",
  "standard.csv": HEADER + standard,
  "other.csv": HEADER + other,
  "alpha.csv": `prefix,rate\n34,${standard.includes("0.15") ? "0.0777" : "0.05"}\n`,
});
const OLD = files(
  "34,Spain,0.10,0,60,60,\n44,UK,0.20,0,1,1,\n49,Germany,0.30,0,1,1,\n33,France,0.05,0,1,1,\n",
  "34,Spain,0.11,0,60,60,\n",
);
const NEW = files(
  "34,Spain,0.15,0,60,60,2026-05-01\n346,Spain Mobile,0.25,0,60,60,\n44,UK,0.18,0.01,1,1,\n33,France,0.05,0,1,1,\n",
  "34,Spain,0.12,0,60,60,\n",
);

function mailbox() {
  const mails: Mail[] = [];
  const mailer: Mailer = {
    ...{ place: "mail", longestMs: 60_000, addressOf: (text) => text },
    async send(mail) {
      mails.push(mail);
      return { outcome: "sent", messageId: `<${mail.key}@example.com>`, answer: "250" };
    },
  };
  return { mails, mailer };
}

describe.each(STORES)("on $name", ({ url }) => {
  let test: TestEngine;
  let from: string;
  let to: string;
  beforeAll(async () => {
    test = await createTestEngine(url());
    from = (await test.engine.tariffs.load({ files: OLD })).version;
    to = (await test.engine.tariffs.load({ files: NEW })).version;
    await test.engine.tariffs.activate(from);
    const call = { account: "1001", answerTime: "2026-03-02T09:00:00Z" };
    await test.post("spain", { ...call, destination: "34911234567" });
    await test.post("germany", { ...call, destination: "4930123456" });
    await test.post("france", { ...call, destination: "33123456789" });
    await test.post("long ago", {
      ...call,
      ...{ destination: "441234567890", answerTime: "2025-01-02T09:00:00Z" },
    });
    await test.post("another's", { ...call, account: "1002", destination: "441234567890" });
  });
  afterAll(() => test.close());

  function desk(mailer: Mailer | null = null, store: Store = test.store) {
    const { snapshots, differences, cdrs, reports, searches } = test.engine;
    const clock = () => test.now.ms;
    const prices = { store, snapshots, differences, cdrs, clock };
    const notices = createNotices({ ...prices, mailer, deliveryDays: 400 });
    const schedules = createSchedules({
      ...{ ...NO_DELIVERIES, store, mailer, clock, log: SILENT, cdrs, reports, searches, prices },
    });
    return { notices, turn: () => schedules.turn(new AbortController().signal) };
  }
  const asked = (more = {}) => ({
    ...{ tenant: TENANT, account: "1001", to, startMs: START_MS, ...more },
  });
  const preview = (more = {}, language: "en" | "es" | "de" | "fr" | "pt" = "en") =>
    desk().notices.preview(asked(more), { language, zone: "Europe/Madrid" }, EVERYTHING);
  const wanted = (more: Partial<NoticeWanted> = {}): NoticeWanted => ({
    ...{ ...asked(), name: "april", format: "csv" as const, ...more },
    receivers: more.receivers ?? [
      { address: "a@example.com", language: "de", zone: "Europe/Berlin" },
    ],
  });

  it("tells of the account's own plan alone, with the rows of tariff.diff", async () => {
    const found = await preview();
    expect(found.notice).toMatchObject({ from, to, called: null });
    expect(found.plans).toEqual(["standard"]);
    expect(
      found.rows.map(({ prefix, change, old, new: fresh, currency, fromMs }) => [
        ...[prefix, change, old?.["rate"] ?? null, fresh?.["rate"] ?? null, currency],
        new Date(fromMs).toISOString(),
      ]),
    ).toEqual([
      // Midnight in Madrid, where the plan's days begin.
      ["34", "up", "0.1", "0.15", "EUR", "2026-04-30T22:00:00.000Z"],
      ["346", "new", null, "0.25", "EUR", "2026-04-01T00:00:00.000Z"],
      ["44", "down", "0.2", "0.18", "EUR", "2026-04-01T00:00:00.000Z"],
      ["49", "closed", "0.3", null, "EUR", "2026-04-01T00:00:00.000Z"],
    ]);
    const diff = await test.engine.differences.diff(
      {
        ...{ from, to: { version: to }, plan: "standard", csv: false },
        ...{ changes: ["new", "up", "down", "terms", "closed"], page: { offset: 0, limit: 100 } },
      },
      EVERYTHING,
    );
    expect(found.rows.map(({ currency: _, fromMs: __, ...row }) => row)).toEqual(diff.rows);
    expect((await preview({ account: "2002" })).rows).toMatchObject([
      { plan: "other", prefix: "34", old: { rate: "0.11" }, new: { rate: "0.12" } },
    ]);
  });

  it("with days it tells of prefixes that the account called in them, and of new ones within", async () => {
    const prefixes = async (more: object) => (await preview(more)).rows.map(({ prefix }) => prefix);
    expect(await prefixes({ days: 30 })).toEqual(["34", "346", "49"]);
    expect(await prefixes({ days: 1000 })).toEqual(["34", "346", "44", "49"]);
    expect(await prefixes({ days: 1 })).toEqual([]);
  });

  it.each([
    ["en", "Change of prices 1001: ", "withdrawn", "0.15"],
    ["es", "Cambio de precios 1001: ", "retirado", "0,15"],
    ["de", "Preisänderung 1001: ", "entfällt", "0,15"],
    ["fr", "Changement de tarifs 1001: ", "supprimé", "0,15"],
    ["pt", "Alteração de preços 1001: ", "retirado", "0,15"],
  ] as const)("in %s", async (language, subject, closed, price) => {
    const mail = await preview({}, language);
    expect(mail.subject).toContain(subject);
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain(closed);
      expect(part).toContain(price);
      // The fee of one row changes: both are shown.
      expect(part).toContain(language === "en" ? "0.01" : "0,01");
      // What a carrier charges is in no notice, whoever sends it.
      expect(part).not.toContain("0777");
      expect(part).not.toMatch(/alpha/i);
    }
  });

  it("says what it lacks", async () => {
    const codes = { startMs: undefined };
    await expect(preview(codes)).rejects.toMatchObject({ detail: { path: "start" } });
    await expect(preview({ to: from })).rejects.toMatchObject({ detail: { path: "from" } });
    await expect(preview({ to: "none" })).rejects.toMatchObject({ code: "not-found" });
    const part = { ...EVERYTHING, tenants: ["else.example"] };
    const to = { language: "en" as const, zone: "UTC" };
    await expect(desk().notices.preview(asked(), to, part)).rejects.toMatchObject({
      code: "forbidden",
    });
    const accounts = [{ tenant: TENANT, account: "1001" }];
    const own = { tenants: [TENANT], accounts, seesBuy: false };
    await expect(desk().notices.preview(asked(), to, own)).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("nothing is sent that is not as in the preview, or where nothing changes", async () => {
    const { mails, mailer } = mailbox();
    const { notices, turn } = desk(mailer);
    const { hash } = await preview();
    const other = wanted({ name: "expected", expected: "0".repeat(64) });
    await expect(notices.send(other, BY)).rejects.toMatchObject({ code: "conflict" });
    expect(await notices.send(wanted({ name: "none", from: to }), BY)).toMatchObject({
      ...{ rows: 0, deliveries: [] },
    });
    await turn();
    expect(mails).toEqual([]);
    const sent = await notices.send(wanted({ name: "expected", expected: hash }), BY);
    expect(sent).toMatchObject({ hash, rows: 4, deliveries: [{ state: "waiting" }] });
    await turn();
    expect(mails).toHaveLength(1);
  });

  it("each receiver gets it once, as it was begun, also when the version came into force since", async () => {
    const { mails, mailer } = mailbox();
    const { notices, turn } = desk(mailer);
    await notices.send(wanted({ days: 30 }), BY);
    await turn();
    const [mail] = mails;
    expect(mail).toMatchObject({ to: "a@example.com", language: "de" });
    const [file] = mail?.files ?? [];
    expect(file?.name).toBe("april-2026-04-01.csv");
    const lines = Buffer.from(file?.content ?? [])
      .toString()
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain("standard,34,Spain,up,50,EUR,2026-04-30T22:00:00.000Z,0.1,0.15");
    expect(mail?.subject).toContain("1. April 2026");
    test.now.ms += 40 * 86_400_000;
    await test.engine.tariffs.activate(to, { fromMs: START_MS });
    const again = { name: "april", days: 30, startMs: undefined };
    const both = ["a@example.com", "b@example.com"].map((address) => ({
      ...{ address, language: "en" as const, zone: "UTC" },
    }));
    await notices.send(wanted({ ...again, receivers: both }), BY);
    await turn();
    await turn();
    expect(mails.map(({ to: address }) => address)).toEqual(["a@example.com", "b@example.com"]);
    expect(mails[1]?.files[0]?.content).toEqual(file?.content);
    expect(new Set(mails.map(({ key }) => key)).size).toBe(2);
    await expect(notices.send(wanted({ ...again, days: 31 }), BY)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("a process that dies at any step of sending leaves one delivery, with one id", async () => {
    class Died extends Error {}
    const { mails, mailer } = mailbox();
    for (let at = 1; at <= 6; at += 1) {
      let calls = 0;
      const dying = new Proxy(test.store.desk, {
        get:
          (real, name: keyof Store["desk"]) =>
          async (...args: never[]) => {
            calls += 1;
            if (calls >= at) throw new Died();
            return (real[name] as (...all: never[]) => Promise<unknown>)(...args);
          },
      });
      const one = wanted({ name: `dying-${at}`, from });
      const first = desk(mailer, { ...test.store, desk: dying }).notices.send(one, BY);
      const wasWhole = await first.then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Died);
          return false;
        },
      );
      const { notices, turn } = desk(mailer);
      test.now.ms += 1000;
      const { deliveries } = await notices.send(one, BY);
      const again = await notices.send(one, BY);
      expect(again.deliveries.map(({ id }) => id)).toEqual(deliveries.map(({ id }) => id));
      await turn();
      expect(mails).toHaveLength(at);
      if (wasWhole) expect(at).toBe(6);
    }
  });
});
