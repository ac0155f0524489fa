// Mail by hand: a test of the settings, for those alone who see everything.
import { createHash } from "node:crypto";
import { type Scope, seesOwner } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import { csvLine } from "../../queries/csv-text.ts";
import { htmlText } from "../../queries/html-text.ts";
import { type Language, writtenIn } from "../../reports/language/languages.ts";
import { wordsOf } from "../../reports/language/words.ts";
import type { Clock } from "../ports.ts";
import { type Mail, type Mailer, type MailOutcome, requireMailer } from "./mail.ts";
import { barPicture } from "./plot.ts";

export interface Receiver {
  address: string;
  language: Language;
  /** IANA zone: days and times are written by its clocks. */
  zone: string;
}

export interface Mailing {
  /**
   * Sends one mail with a picture and a file. @throws `not-supported` where the settings have no mail,
   * `forbidden` to who does not see everything, `invalid-params` for an address
   */
  test(to: Receiver, scope: Scope): Promise<MailOutcome>;
}

export function createMailing({ mailer, clock }: { mailer: Mailer | null; clock: Clock }): Mailing {
  return {
    async test(to, scope) {
      if (!seesOwner(scope, null)) {
        throw engineError("forbidden", "Only who sees every tenant may try the mail settings.");
      }
      const adapter = requireMailer(mailer);
      const address = adapter.addressOf(to.address, "to.address");
      return adapter.send(testMail({ ...to, address }, clock()));
    },
  };
}

function testMail({ address, language, zone }: Receiver, atMs: number): Mail {
  const words = wordsOf(language);
  const moment = writtenIn(language, zone).moment(atMs);
  const values = Array.from({ length: 24 }, (_, hour) => (hour * 7) % 24);
  const lines = [words("testText"), `${words("sentAt")}: ${moment}`];
  const rows = [["hour", "number"], ...values.map((value, hour) => [hour, value])];
  return {
    to: address,
    subject: words("testSubject"),
    text: `${lines.join("\r\n\r\n")}\r\n`,
    html: `<!doctype html><html lang="${language}"><body>${lines
      .map((line) => `<p>${htmlText(line)}</p>`)
      .join("")}<p><img src="cid:plot" width="600" height="160" alt=""></p></body></html>`,
    language,
    files: [
      {
        name: "test.csv",
        type: "text/csv; charset=utf-8",
        content: Buffer.from(rows.map(csvLine).join(""), "utf8"),
      },
    ],
    pictures: [{ name: "plot", content: barPicture(values) }],
    key: createHash("sha256").update(`test ${address} ${atMs}`).digest("hex").slice(0, 40),
    dateMs: atMs,
  };
}
