// JSON-RPC: mail by hand, to try its settings.
import { z } from "zod";
import { isZone, LANGUAGES } from "../../../reports/language/languages.ts";
import { method } from "../../method.ts";
import { name } from "../../shapes.ts";

/** Whom a mail is for, and how numbers, times and words are written in it. */
const receiver = z.strictObject({
  address: z.string().min(3).max(254).describe("A mail address, e.g. `billing@example.com`."),
  language: z.enum(LANGUAGES).default("en").describe("Of words, numbers and dates."),
  zone: name
    .refine(isZone, "an IANA zone, e.g. Europe/Madrid")
    .default("UTC")
    .describe("IANA zone: days and times are by its clocks."),
});

export const testMethod = method({
  name: "mail.test",
  summary: "Sends one mail with a picture and a file, and says what the mail server answered.",
  permission: "mail.test",
  writes: true,
  heavy: false,
  errors: ["not-supported", "forbidden"],
  params: z.strictObject({ to: receiver }),
  result: z.object({
    outcome: z
      .enum(["sent", "not-taken", "refused", "unknown"])
      .describe(
        "taken by the server; not reached, or it may take it later (4xx); not to be sent to this address (5xx); the server had it all and did not answer",
      ),
    messageId: z.string(),
    answer: z.string().optional().describe("what the server said of it"),
    fault: z.string().optional().describe("why it was not sent, or is not known to be"),
  }),
  example: { to: { address: "billing@example.com", language: "de", zone: "Europe/Berlin" } },
  run: ({ to }, { engine, caller }) => engine.mailing.test(to, caller.scope),
});
