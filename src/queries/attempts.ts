// Attempts and calls: what sums of traffic count beside records. An attempt is a stored voice CDR that
// is not voided, that the leg policy of its source bills, and that was sent on: of an Asterisk or a UCM
// it names a destination channel. A call is the attempts of one callId of one source.

/** How causes are judged; the words are data of whoever asks. */
export interface AttemptTerms {
  /** Of unanswered attempts that reached the called side. */
  effectiveCauses: readonly string[];
  /** Of records without a destination channel that found no way on. */
  congestionCauses: readonly string[];
}

/**
 * Of the records of a group. A call is counted in the group of its first attempt (by call time, then
 * id) among those that the filter selects; attempts, where each of them is.
 */
export interface AttemptSums {
  attempts: number;
  answered: number;
  /** Usage of the answered ones, integer milliseconds. */
  talkMs: number;
  /** The longest of them. */
  longestMs: number;
  /** Answered, or ended by one of the effective causes. */
  effective: number;
  /** Attempts, and records that are none because there was no way on. */
  bids: number;
  calls: number;
  /** Calls of which one attempt was answered. */
  answeredCalls: number;
  /** Usage of every answered attempt of these calls. */
  callTalkMs: number;
}

export const NO_ATTEMPTS: Readonly<AttemptSums> = {
  attempts: 0,
  answered: 0,
  talkMs: 0,
  longestMs: 0,
  effective: 0,
  bids: 0,
  calls: 0,
  answeredCalls: 0,
  callTalkMs: 0,
};

const ADDED = (Object.keys(NO_ATTEMPTS) as (keyof AttemptSums)[]).filter(
  (name) => name !== "longestMs",
);

export function addAttempts(to: AttemptSums, more: AttemptSums): void {
  for (const name of ADDED) to[name] += more[name];
  if (more.longestMs > to.longestMs) to.longestMs = more.longestMs;
}

/** Extra field of the records of Asterisk and of a UCM; there and an empty text: nobody was called. */
export const DESTINATION_CHANNEL = "dstchannel";
/** Reason of a record that the leg policy of its source leaves unbilled. */
export const UNBILLED_LEG = "leg-not-billed";
