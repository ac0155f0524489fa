// What normalising one number answers: the number, the steps that acted, and facts met on the way.
import type { NormalizedNumber } from "../cdr/rating.ts";

/** One step that acted: its id, the text before and after it. */
export interface NormalizationStep {
  step: string;
  before: string;
  after: string;
  note?: string;
}

/** What is known of the call beside the number itself. */
export interface NumberContext {
  /** true: a calling number (empty means anonymous); false: a called one (never anonymous). */
  caller?: boolean;
  /** ISO 3166 alpha-2 of the account, for a rule set whose preset has no country. */
  accountCountry?: string;
  /** The account's area code, for numbers dialled without one. */
  accountArea?: string;
  /** false: numbers that a plan gave up stay as they were dialled; true when not said. */
  oldForms?: boolean;
}

export interface NormalizedNumberAnswer extends NormalizedNumber {
  /** The dial code that told the country, or null. */
  prefix: string | null;
  steps: NormalizationStep[];
  /** `whole`: a short, emergency or internal number is no prefix of anything; match it whole. */
  match: "prefix" | "whole";
  /** libphonenumber's type, e.g. `MOBILE`, `TOLL_FREE`; absent when unknown. */
  type?: string;
  /** Name of the short or emergency number. */
  name?: string;
  techPrefix?: string;
  serviceCode?: string;
  /** The caller asked to hide (true) or show (false) the calling number. */
  identityHidden?: boolean;
  /** `ext=` of a tel URI, or ;ext of a SIP user part. */
  extension?: string;
  /** What was dialled after the number, feature sign included. */
  postDial?: string;
  /** Digits of `rn=` (RFC 4694): the location routing number. */
  routingNumber?: string;
  /** `npdi` was there: a portability dip was made. */
  portabilityDipped?: boolean;
  /** Digits of `cic=`: the carrier chosen by the caller. */
  carrierCode?: string;
  /** The area code that was added to a local number. */
  areaCode?: string;
  /** The number came in an old or local form: its digits as they were dialled, and the day
   * (`YYYY-MM-DD`) from which the plan has those of today; null: a local form in use. */
  formerly?: { digits: string; since: string | null };
  /** With a blacklist or whitelist: whether the number may be called. */
  authorized?: boolean;
  /** `preset: cdr-stats` only: the dial code that system stores on the CDR (null: none). */
  cdrDialcode?: string | null;
}
