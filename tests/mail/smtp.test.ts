// Goal: what became of a mail is known as well as it can be, whatever the server does, and nothing is
// sent over an open line by mistake. Method: real conversations with a server of every bad manner.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { afterEach, describe, expect, it } from "vitest";
import type { Mail } from "../../src/engine/mailing/mail.ts";
import { mailAddress, mailDomain } from "../../src/mail/address.ts";
import { messageOf } from "../../src/mail/message.ts";
import { mailSettings } from "../../src/mail/settings.ts";
import { createMailer } from "../../src/mail/smtp.ts";
import { selfSigned } from "../compose/self-signed.ts";
import { type Manner, type SinkOptions, type SmtpSink, startSmtpSink } from "./smtp-sink.ts";

const FROM = { from: "cdrate@example.com", fromName: "Abrechnung Süd" };
const MAIL: Mail = {
  to: "billing@example.com",
  subject: "Tagesbericht für Müller",
  text: "Grüße — 12,50 €\r\n.\r\nbehind a dot\r\n",
  html: '<p>Grüße</p><img src="cid:plot" alt="">',
  language: "de",
  files: [{ name: "anrufe.csv", type: "text/csv; charset=utf-8", content: Buffer.from("a;é\r\n") }],
  pictures: [{ name: "plot", content: Buffer.from([1, 2, 3]) }],
  key: "k1",
  dateMs: Date.parse("2026-03-03T00:00:00Z"),
};

const sinks: SmtpSink[] = [];
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.stop();
});

async function withSink(options: SinkOptions = {}, more: Record<string, unknown> = {}) {
  const sink = await startSmtpSink(options);
  sinks.push(sink);
  const given = { host: "127.0.0.1", port: sink.port, tls: "none", answerSeconds: 0.5, ...more };
  const settings = mailSettings.parse({ ...FROM, ...given });
  return { sink, mailer: createMailer({ settings, password: async () => "secret" }) };
}

describe("a conversation", () => {
  it("hands a mail over, whole and in UTF-8, with file and picture", async () => {
    const { sink, mailer } = await withSink();
    const sent = await mailer.send(MAIL);
    expect(sent).toEqual({
      outcome: "sent",
      messageId: "<k1@example.com>",
      answer: "250 OK: message queued",
    });
    const [taken] = sink.mails;
    expect(taken).toMatchObject({ from: "cdrate@example.com", to: ["billing@example.com"] });
    const read = await PostalMime.parse(taken?.raw ?? "");
    expect(read.subject).toBe(MAIL.subject);
    expect(read.from).toMatchObject({ name: "Abrechnung Süd", address: "cdrate@example.com" });
    expect(read.messageId).toBe("<k1@example.com>");
    expect(read.text?.trim().split(/\r?\n/)).toEqual(["Grüße — 12,50 €", ".", "behind a dot"]);
    expect(read.html).toContain("Grüße");
    const [picture, file] = [...read.attachments].sort(({ contentId }) => (contentId ? -1 : 1));
    expect(picture).toMatchObject({ contentId: "<plot>", disposition: "inline" });
    expect(picture?.mimeType).toBe("image/png");
    expect(file).toMatchObject({ filename: "anrufe.csv", disposition: "attachment" });
    expect(Buffer.from(file?.content as ArrayBuffer).toString("utf8")).toBe("a;é\r\n");
  });

  const MANNERS: [Manner, string, number][] = [
    [{ at: "connect", does: "die" }, "not-taken", 0],
    [{ at: "connect", does: "hang" }, "not-taken", 0],
    [{ at: "connect", does: 554 }, "not-taken", 0],
    [{ at: "from", does: 530 }, "not-taken", 0],
    [{ at: "from", does: "die" }, "not-taken", 0],
    [{ at: "to", does: 450 }, "not-taken", 0],
    [{ at: "to", does: 550 }, "refused", 0],
    [{ at: "to", does: "hang" }, "not-taken", 0],
    [{ at: "data-end", does: 451 }, "not-taken", 0],
    [{ at: "data-end", does: 554 }, "refused", 0],
    [{ at: "data-end", does: "hang" }, "unknown", 0],
    [{ at: "data-end", does: "die" }, "unknown", 0],
    [{ at: "taken", does: "hang" }, "unknown", 1],
    [{ at: "taken", does: "die" }, "unknown", 1],
  ];
  it.each(MANNERS)("a server that at %j is told of", async (manner, outcome, taken) => {
    const { sink, mailer } = await withSink();
    sink.manners.push(manner);
    const became = await mailer.send(MAIL);
    expect(became).toMatchObject({ outcome, messageId: "<k1@example.com>" });
    if (typeof manner.does === "number") {
      expect(became).toMatchObject({ fault: `${manner.does} no, ${manner.does}` });
    }
    expect(sink.mails).toHaveLength(taken);
  });

  it("one that dies before it can have all of it has not taken it", async () => {
    const { sink, mailer } = await withSink();
    sink.manners.push({ at: "data-begin", does: "die" });
    const content = Buffer.alloc(4_000_000, 7);
    const large = {
      ...MAIL,
      files: [{ name: "x.bin", type: "application/octet-stream", content }],
    };
    expect(await mailer.send(large)).toMatchObject({ outcome: "not-taken" });
  });

  it("ends when its time is over, or when it is told to", async () => {
    const { sink, mailer } = await withSink({}, { answerSeconds: 60, totalSeconds: 0.3 });
    sink.manners.push({ at: "to", does: "hang" });
    const over = { outcome: "not-taken", fault: "the time for it was over" };
    expect(await mailer.send(MAIL)).toMatchObject(over);
    const ended = { outcome: "not-taken", fault: "it was ended" };
    expect(await mailer.send(MAIL, AbortSignal.abort())).toMatchObject(ended);
  });

  it("nobody listens: it is not taken, and says why", async () => {
    const { sink, mailer } = await withSink();
    await sink.stop();
    sinks.pop();
    const became = await mailer.send(MAIL);
    expect(became).toMatchObject({ outcome: "not-taken" });
    expect("fault" in became && became.fault).toContain("ECONNREFUSED");
  });

  it("too large a mail, for the settings or the server, is refused before a byte of it is sent", async () => {
    const here = await withSink({}, { bytes: 10_000 });
    const content = Buffer.alloc(20_000);
    const large = { ...MAIL, files: [{ name: "x", type: "application/octet-stream", content }] };
    const refused = { outcome: "refused" };
    expect(await here.mailer.send(large)).toMatchObject(refused);
    expect(here.sink.conversations).toBe(0);
    const there = await withSink({ bytes: 10_000 });
    expect(await there.mailer.send(large)).toMatchObject(refused);
    expect(there.sink.mails).toEqual([]);
  });
});

describe("the line", () => {
  it("without TLS that it asks for, nothing is sent", async () => {
    const { sink, mailer } = await withSink({}, { tls: "starttls" });
    expect(await mailer.send(MAIL)).toMatchObject({ outcome: "not-taken" });
    expect(sink.mails).toEqual([]);
  });

  it("a certificate that nobody vouches for is no line", async () => {
    for (const isImplicit of [true, false]) {
      const tls = { ...selfSigned("mail"), isImplicit };
      const { sink, mailer } = await withSink(
        { tls },
        { tls: isImplicit ? "implicit" : "starttls" },
      );
      const became = await mailer.send(MAIL);
      expect(became.outcome).toBe("not-taken");
      expect("fault" in became && became.fault).toMatch(/self-signed/);
      expect(sink.mails).toEqual([]);
    }
  });

  it.each([true, false])(
    "one of an authority of one's own is a safe line (implicit: %s)",
    async (isImplicit) => {
      const own = selfSigned("mail");
      const folder = mkdtempSync(join(tmpdir(), "cdrate-mail-"));
      const ca = join(folder, "ca.pem");
      writeFileSync(ca, own.cert);
      const login = { user: "cdrate", passwordEnv: "MAIL_PASSWORD" };
      const { sink, mailer } = await withSink(
        { tls: { ...own, isImplicit }, users: { cdrate: "secret" } },
        { ...login, tls: isImplicit ? "implicit" : "starttls", ca },
      );
      expect(await mailer.send(MAIL)).toMatchObject({ outcome: "sent" });
      expect(sink.mails).toMatchObject([{ isSecure: true, user: "cdrate" }]);
      // Another authority vouches for nothing; one whose file lacks can be mended.
      writeFileSync(ca, selfSigned("mail").cert);
      expect(await mailer.send(MAIL)).toMatchObject({ outcome: "not-taken" });
      rmSync(folder, { recursive: true });
      expect(await mailer.send(MAIL)).toMatchObject({
        ...{ outcome: "not-taken", fault: expect.stringContaining("ENOENT") },
      });
      expect(sink.mails).toHaveLength(1);
    },
  );

  it("logs in with the password as it is then; a wrong one can be mended", async () => {
    const login = { user: "cdrate", passwordEnv: "MAIL_PASSWORD" };
    const { sink, mailer } = await withSink({ users: { cdrate: "secret" } }, login);
    expect(await mailer.send(MAIL)).toMatchObject({ outcome: "sent" });
    expect(sink.mails[0]?.user).toBe("cdrate");
    const other = await withSink({ users: { cdrate: "other" } }, login);
    const became = await other.mailer.send(MAIL);
    expect(became).toMatchObject({ outcome: "not-taken" });
    expect(JSON.stringify(became)).not.toContain("secret");
  });

  it("no password over an open line beyond this machine", () => {
    const login = { host: "mail.example.com", tls: "none", user: "u", passwordEnv: "P" };
    const faults = (more: object) =>
      mailSettings.safeParse({ ...FROM, host: "mail.example.com", ...more }).error?.issues;
    expect(faults(login)?.[0]?.path).toEqual(["tls"]);
    expect(faults({ ...login, tls: "starttls" })).toBeUndefined();
    expect(faults({ user: "u" })?.[0]?.path).toEqual(["user"]);
    expect(faults({ passwordEnv: "P", passwordFile: "p" })).toHaveLength(2);
    expect(faults({ from: "a@b\r\nBcc: c@d.example" })?.[0]?.path).toEqual(["from"]);
  });
});

describe("addresses", () => {
  it("are those that can be sent to, as they stand in an envelope", () => {
    expect(mailAddress("Billing.Dept+x@Example.COM")).toBe("Billing.Dept+x@example.com");
    expect(mailAddress("info@bücher.example")).toBe("info@xn--bcher-kva.example");
    for (const none of ["", "a", "@b.example", "a@", "a@b", "a..b@c.example", "a@b..example"]) {
      expect(mailAddress(none), none).toBeNull();
    }
    for (const hostile of [
      "a@b.example\r\nBcc: c@d.example",
      "a@b.example>,<c@d.example",
      "a@b.example,c@d.example",
      '"a b"@c.example',
      "a b@c.example",
      "a@[127.0.0.1]",
      "a@b.example/x",
      "é@b.example",
    ]) {
      expect(mailAddress(hostile), hostile).toBeNull();
    }
    expect(mailDomain("a.example:25")).toBeNull();
  });

  it("only those that the settings allow are sent to", async () => {
    const allow = ["example.com", "one@else.example"];
    const { sink, mailer } = await withSink({}, { allow });
    expect(mailer.addressOf("x@EXAMPLE.com", "to")).toBe("x@example.com");
    expect(mailer.addressOf("one@else.example", "to")).toBe("one@else.example");
    for (const other of ["two@else.example", "x@sub.example.com"]) {
      expect(() => mailer.addressOf(other, "to[0].address")).toThrow(/to\[0\]\.address/);
    }
    const became = await mailer.send({ ...MAIL, to: "two@else.example" });
    expect(became).toMatchObject({ outcome: "refused" });
    expect(sink.conversations).toBe(0);
  });
});

describe("the message", () => {
  const settings = mailSettings.parse({ ...FROM, host: "127.0.0.1", tls: "none" });
  const HEADERS = [
    ...["Auto-Submitted", "Content-Language", "From", "To", "Subject", "Message-ID", "Date"],
    ...["MIME-Version", "Content-Type"],
  ];
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("x\r\nBcc: a@b.example", "x\n\n<script>", "x\u2028Bcc: y", "x\r\n.\r\nQUIT"),
  );

  it("no text becomes a header, an address or a path", async () => {
    const texts = fc.record({ subject: hostile, text: hostile, name: hostile, key: hostile });
    await fc.assert(
      fc.asyncProperty(texts, async ({ subject, text, name, key }) => {
        const file = { name, type: "text/csv", content: Buffer.from("x") };
        const raw = await messageOf({ ...MAIL, subject, text, key, files: [file] }, settings);
        const head = raw.toString("latin1").split("\r\n\r\n")[0] ?? "";
        const names = [...head.matchAll(/^([^\s:]+):/gm)].map(([, found]) => found);
        // Nothing is left of some subjects.
        const shown = (found: string | undefined) => found !== "Subject";
        expect(names.filter(shown)).toEqual(HEADERS.filter(shown));
        expect(new Set(names).size).toBe(names.length);
        const read = await PostalMime.parse(raw);
        expect(read.to).toEqual([{ address: "billing@example.com", name: "" }]);
        expect([read.cc, read.bcc]).toEqual([undefined, undefined]);
        expect(read.attachments).toHaveLength(2);
        for (const { filename } of read.attachments) expect(filename ?? "").not.toMatch(/[\\/]/);
      }),
      { numRuns: 100 },
    );
  });

  it("is the same for the same mail, so that a repeat is one", async () => {
    expect(await messageOf(MAIL, settings)).toEqual(await messageOf(MAIL, settings));
  });
});
