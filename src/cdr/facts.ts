// The facts and the origin of a CDR at one of its revisions.
import type { CdrContent, CdrOrigin, StoredCdr } from "./cdr.ts";

/** The members of the content alone. */
export function contentOf({ primary, extra, contentHash, warnings }: CdrContent): CdrContent {
  return { primary, extra, contentHash, ...(warnings === undefined ? {} : { warnings }) };
}

/** The members of the origin alone. */
export function originOf(cdr: CdrOrigin): CdrOrigin {
  const { source, leg, callId, batchId, batchLine, billedSides, ruleSet } = cdr;
  return {
    source,
    ...(leg === undefined ? {} : { leg }),
    ...(callId === undefined ? {} : { callId }),
    ...(batchId === undefined ? {} : { batchId }),
    ...(batchLine === undefined ? {} : { batchLine }),
    ...(billedSides === undefined ? {} : { billedSides }),
    ...(ruleSet === undefined ? {} : { ruleSet }),
  };
}

/** The same with another origin: what that lacks is absent. */
export function withOrigin<C extends CdrOrigin>(cdr: C, origin: CdrOrigin): C {
  const { leg, callId, batchId, batchLine, billedSides, ruleSet, ...rest } = cdr;
  return { ...rest, ...originOf(origin) } as C;
}

/**
 * The CDR with the facts and the origin that it had while the history entry at `index` was the
 * current one: each is kept where it was replaced, so the first such entry from there on has it.
 */
export function factsAt(cdr: StoredCdr, index: number): StoredCdr {
  const later = cdr.history.slice(index);
  const content = later.find((entry) => entry.content !== undefined)?.content;
  const origin = later.find((entry) => entry.origin !== undefined)?.origin;
  const { warnings, ...rest } = origin === undefined ? cdr : withOrigin(cdr, origin);
  const unchanged = warnings === undefined ? {} : { warnings };
  return { ...rest, ...(content ?? unchanged) };
}
