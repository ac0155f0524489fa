// Attempts and calls written plainly over arrays: what stores are compared with.
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { AttemptSums, AttemptTerms } from "../../../src/queries/attempts.ts";

function isVoice({ primary, rating }: StoredCdr): boolean {
  return (
    primary.tor === "*voice" && rating.outcome !== "voided" && rating.reason !== "leg-not-billed"
  );
}

function hasChannel({ extra }: StoredCdr): boolean {
  return extra["dstchannel"] !== "";
}

export const isAttempt = (cdr: StoredCdr) => isVoice(cdr) && hasChannel(cdr);
const isAnswered = ({ primary }: StoredCdr) => primary.usage > 0;
const talk = (cdrs: StoredCdr[]) => cdrs.reduce((sum, { primary }) => sum + primary.usage, 0);

/** The attempts of each call, the first one first. */
export function callsOf(cdrs: StoredCdr[], callTime: (cdr: StoredCdr) => number): StoredCdr[][] {
  const calls = new Map<string, StoredCdr[]>();
  for (const cdr of cdrs.filter(isAttempt)) {
    const { tenant, source, callId, id } = cdr;
    const name = callId ? JSON.stringify([tenant, source, callId]) : `${tenant} ${id}`;
    calls.set(name, [...(calls.get(name) ?? []), cdr]);
  }
  return [...calls.values()].map((call) =>
    call.toSorted((a, b) => callTime(a) - callTime(b) || (a.id < b.id ? -1 : 1)),
  );
}

/** Of a group: `calls` are those of everything that the filter selects. */
export function naiveAttempts(
  members: StoredCdr[],
  calls: StoredCdr[][],
  { effectiveCauses, congestionCauses }: AttemptTerms,
): AttemptSums {
  const among = (causes: readonly string[]) => (cdr: StoredCdr) =>
    causes.includes(cdr.primary.disconnectCause ?? "");
  const attempts = members.filter(isAttempt);
  const answered = attempts.filter(isAnswered);
  const own = calls.filter(([first]) => first !== undefined && members.includes(first));
  const congested = members.filter(
    (cdr) => isVoice(cdr) && !hasChannel(cdr) && among(congestionCauses)(cdr),
  );
  return {
    attempts: attempts.length,
    answered: answered.length,
    talkMs: talk(attempts),
    longestMs: Math.max(0, ...attempts.map(({ primary }) => primary.usage)),
    effective: attempts.filter((cdr) => isAnswered(cdr) || among(effectiveCauses)(cdr)).length,
    bids: attempts.length + congested.length,
    calls: own.length,
    answeredCalls: own.filter((call) => call.some(isAnswered)).length,
    callTalkMs: talk(own.flat()),
  };
}
