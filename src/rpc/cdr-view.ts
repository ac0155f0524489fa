// A stored CDR as the API shows it: RFC 3339 times with their offset, usage in seconds or units.

import type { CdrContent, Moment, PrimaryFields, StoredCdr } from "../cdr/cdr.ts";
import type { Json } from "../cdr/json.ts";
import type { Rating } from "../cdr/rating.ts";
import { isTimed } from "../cdr/usage.ts";

/** RFC 3339 in the offset that the time came with. */
function momentText({ atMs, offsetMinutes }: Moment): string {
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString();
  if (offsetMinutes === 0) return local;
  const sign = offsetMinutes < 0 ? "-" : "+";
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${local.slice(0, -1)}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export function instantText(atMs: number): string {
  return new Date(atMs).toISOString();
}

function primaryView(primary: PrimaryFields): Record<string, Json> {
  const { setupTime, answerTime, endTime, usage, pddMs, ...same } = primary;
  return {
    ...same,
    ...(setupTime === undefined ? {} : { setupTime: momentText(setupTime) }),
    ...(answerTime === undefined ? {} : { answerTime: momentText(answerTime) }),
    ...(endTime === undefined ? {} : { endTime: momentText(endTime) }),
    usage: isTimed(primary.tor) ? usage / 1000 : usage,
    ...(pddMs === undefined ? {} : { pdd: pddMs / 1000 }),
  };
}

export function ratingView(rating: Rating) {
  const { ratedAtMs, ...rest } = rating;
  return { ...rest, ratedAt: instantText(ratedAtMs) };
}

export function cdrView(cdr: StoredCdr) {
  const { receivedAtMs, primary, rating, history, ...same } = cdr;
  const { billedSides: _policy, ruleSet: _ruleSet, ...shown } = same;
  return {
    ...shown,
    receivedAt: instantText(receivedAtMs),
    primary: primaryView(primary),
    rating: ratingView(rating),
    history: history.map((entry) => ({
      replacedAt: instantText(entry.replacedAtMs),
      rating: ratingView(entry.rating),
      ...(entry.content === undefined ? {} : { content: contentView(entry.content) }),
    })),
  };
}

function contentView(content: CdrContent) {
  return { ...content, primary: primaryView(content.primary) };
}
