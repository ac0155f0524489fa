// Goal: mail.test sends one real mail in the language and zone that are asked for, and says what became of it.
import PostalMime from "postal-mime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mailSettings } from "../../src/mail/settings.ts";
import { LANGUAGES } from "../../src/reports/language/languages.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { type SmtpSink, startSmtpSink } from "./smtp-sink.ts";

let sink: SmtpSink;
let service: TestService;
beforeAll(async () => {
  sink = await startSmtpSink();
  const server = { host: "127.0.0.1", port: sink.port, tls: "none" };
  const mail = mailSettings.parse({
    ...server,
    from: "cdrate@example.com",
    allow: ["example.com"],
  });
  service = await startTestService({ settings: { mail }, demo: false });
});
afterAll(async () => {
  await service.stop();
  await sink.stop();
});

const test = (to: object) => service.rpc("mail.test", { to });

it.each(LANGUAGES)("in %s, with a picture and a file", async (language) => {
  sink.mails.length = 0;
  const to = { address: "billing@example.com", language, zone: "America/Bogota" };
  expect(await test(to)).toMatchObject({ outcome: "sent", answer: "250 OK: message queued" });
  const [mail] = sink.mails;
  const read = await PostalMime.parse(mail?.raw ?? "");
  expect(read.attachments.map(({ mimeType }) => mimeType).sort()).toEqual([
    "image/png",
    "text/csv",
  ]);
  const { text = "", html = "" } = read;
  // 2026-03-03T00:00:00Z is the evening before there.
  expect(text).toMatch(
    { en: /March 2/, es: /2 de marzo/, de: /2\. März/, fr: /2 mars/, pt: /2 de março/ }[language],
  );
  expect(text).toMatch(/19:00|07:00 PM/);
  expect(html).toContain('<img src="cid:plot"');
  expect(html).toContain(`lang="${language}"`);
});

it("says what is wrong with the receiver, and with the server", async () => {
  await expect(test({ address: "x@else.example" })).rejects.toMatchObject({
    data: { code: "invalid-params", path: "to.address" },
  });
  await expect(test({ address: "billing@example.com", zone: "Nowhere/At" })).rejects.toMatchObject({
    data: { code: "invalid-params" },
  });
  sink.manners.push({ at: "to", does: 550 });
  expect(await test({ address: "billing@example.com" })).toMatchObject({
    outcome: "refused",
    fault: "550 no, 550",
  });
});

it("without mail in the settings it says so", async () => {
  const other = await startTestService({ demo: false });
  try {
    await expect(
      other.rpc("mail.test", { to: { address: "billing@example.com" } }),
    ).rejects.toMatchObject({ data: { code: "not-supported" } });
  } finally {
    await other.stop();
  }
});
