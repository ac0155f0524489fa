// Types of record; those that count time have a usage in milliseconds, all others in units.
import { DEFAULT_TOR } from "./defaults.ts";

/** The type as CGRateS writes it now: `call` is its older word for voice; none is voice too. */
export function typeOfRecord(text: string | undefined): string {
  return text === undefined || text === "" || text === "call" ? DEFAULT_TOR : text;
}

/** `*voice` only: `*data`, `*sms`, `*mms` and `*generic` count units. */
export function isTimed(tor: string): boolean {
  return tor === "*voice";
}
