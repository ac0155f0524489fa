// Which types of record count time: their usage is milliseconds, that of all others units.

/** `*voice` only: `*data`, `*sms`, `*mms` and `*generic` count units. */
export function isTimed(tor: string): boolean {
  return tor === "*voice";
}
