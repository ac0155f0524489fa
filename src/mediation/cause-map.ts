// Disconnect causes of any spelling to one table: the Q.850 code.
import { z } from "zod";
import { CAUSE_WORDS, CDR_PUSHER_SIP, FREESWITCH_SIP, RFC3398_SIP } from "./cause-table.ts";

export const causeMapSchema = z
  .strictObject({
    sip: z
      .enum(["rfc3398", "freeswitch", "cdr-pusher"])
      .default("rfc3398")
      .describe("Whose table turns SIP codes into Q.850; the published ones differ."),
    overrides: z
      .record(z.string().min(1), z.string().min(1))
      .default({})
      .describe("Cause as sent: the code to store, before any table."),
  })
  .describe("Turns disconnect causes into Q.850 codes; without it they stay as sent.");

type CauseMap = z.output<typeof causeMapSchema>;

const SIP_TABLES = {
  rfc3398: RFC3398_SIP,
  freeswitch: FREESWITCH_SIP,
  "cdr-pusher": CDR_PUSHER_SIP,
};
const LARGEST_Q850 = 127;

/**
 * The Q.850 code, as text, of a cause sent as a Q.850 number, a SIP code (`486`, `sip:486`), or a
 * FreeSWITCH or Asterisk word (`USER_BUSY`, `NO ANSWER`); null when no table has it. A call answered (SIP 2xx) is 16.
 */
export function mapCause(sent: string, causeMap: CauseMap): string | null {
  if (Object.hasOwn(causeMap.overrides, sent)) {
    return causeMap.overrides[sent] ?? null;
  }
  const digits = /^(?:sip:|q\.?850:)?(\d{1,3})$/i.exec(sent.trim())?.[1];
  if (digits === undefined) {
    const word = sent.trim().toUpperCase();
    return Object.hasOwn(CAUSE_WORDS, word) ? String(CAUSE_WORDS[word]) : null;
  }
  const code = Number(digits);
  if (code <= LARGEST_Q850 && !/^sip:/i.test(sent.trim())) {
    return String(code);
  }
  if (code >= 200 && code < 300) {
    return "16";
  }
  const mapped = SIP_TABLES[causeMap.sip][code];
  return mapped === undefined ? null : String(mapped);
}
