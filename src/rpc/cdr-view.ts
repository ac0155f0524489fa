// A stored CDR as the API shows it: RFC 3339 times with their offset, usage in seconds or units.

import type { CdrContent, CdrOrigin, PrimaryFields, StoredCdr } from "../cdr/cdr.ts";
import type { Json } from "../cdr/json.ts";
import { momentText } from "../cdr/moment.ts";
import type { Rating } from "../cdr/rating.ts";
import { isTimed } from "../cdr/usage.ts";

export function instantText(atMs: number): string {
  return new Date(atMs).toISOString();
}

function primaryView(primary: PrimaryFields): Record<string, Json> {
  const { setupTime, answerTime, endTime, usage, pddMs, durationMs, ...same } = primary;
  return {
    ...same,
    ...(setupTime === undefined ? {} : { setupTime: momentText(setupTime) }),
    ...(answerTime === undefined ? {} : { answerTime: momentText(answerTime) }),
    ...(endTime === undefined ? {} : { endTime: momentText(endTime) }),
    usage: isTimed(primary.tor) ? usage / 1000 : usage,
    ...(durationMs === undefined ? {} : { duration: durationMs / 1000 }),
    ...(pddMs === undefined ? {} : { pdd: pddMs / 1000 }),
  };
}

export function ratingView(rating: Rating) {
  const { ratedAtMs, ...rest } = rating;
  return { ...rest, ratedAt: instantText(ratedAtMs) };
}

export function cdrView(cdr: StoredCdr) {
  const { receivedAtMs, maskedAtMs, primary, rating, history, ...same } = cdr;
  return {
    ...originView(same),
    receivedAt: instantText(receivedAtMs),
    ...(maskedAtMs === undefined ? {} : { maskedAt: instantText(maskedAtMs) }),
    primary: primaryView(primary),
    rating: ratingView(rating),
    history: history.map((entry) => ({
      replacedAt: instantText(entry.replacedAtMs),
      rating: ratingView(entry.rating),
      ...(entry.content === undefined ? {} : { content: contentView(entry.content) }),
      ...(entry.origin === undefined ? {} : { origin: originView(entry.origin) }),
    })),
  };
}

/** What the settings of the source made of it shows in the rating. */
function originView<O extends CdrOrigin>(origin: O): Omit<O, "billedSides" | "ruleSet"> {
  const { billedSides: _policy, ruleSet: _ruleSet, ...shown } = origin;
  return shown;
}

function contentView(content: CdrContent) {
  return { ...content, primary: primaryView(content.primary) };
}
