// Several feeds of one source beside each other: what only one of them found, whose gaps another one
// has filled, and who hears nothing of what another one tells.
import type { FeedView } from "../../engine/ports.ts";

/** A call that ended so long after the login of a live feed should have been heard there. */
const HEARD_WITHIN_MS = 60_000;

/** The same feeds, each with what the others of its source tell of it. */
export function seenTogether(views: readonly FeedView[]): FeedView[] {
  return views.map((view) => {
    const others = views.filter(({ name, source }) => source === view.source && name !== view.name);
    if (others.length === 0) return view;
    const { state } = view;
    const deaf = deafBeside(view, others);
    return {
      ...view,
      state: {
        ...state,
        onlyHere: onlyHere(view, others),
        gaps: state.gaps.map((gap) => ({ ...gap, filledBy: filledBy(gap, others) })),
        warnings: deaf === null ? state.warnings : [...state.warnings, deaf],
      },
    };
  });
}

/**
 * Records that no other feed has told. What others told second is counted there as a repeat; repeats of
 * their own (after a crash) make this the least that it can be.
 */
function onlyHere({ state }: FeedView, others: readonly FeedView[]): number {
  const toldAgain = others.reduce((sum, other) => sum + other.state.repeats, 0);
  return Math.max(0, state.firsts - toldAgain);
}

type Gap = FeedView["state"]["gaps"][number];

/** A feed that came further than the gap and missed nothing itself meanwhile. */
function filledBy(gap: Gap, others: readonly FeedView[]): string | null {
  const isPast = ({ state }: FeedView) => state.lastCallEnd !== null && state.lastCallEnd >= gap.to;
  const isWhole = ({ state }: FeedView) =>
    state.gaps.every((own) => own.to < (gap.from ?? "") || (own.from ?? "") > gap.to);
  return others.find((other) => isPast(other) && isWhole(other))?.name ?? null;
}

/** Kinds that hear of a call as it ends. */
const LIVE = new Set(["asterisk-ami", "amiws"]);

/** A manager that is logged in, and tells nothing of calls that a file has. */
function deafBeside({ kind, state }: FeedView, others: readonly FeedView[]): string | null {
  const { since, lastRecord } = state;
  if (!LIVE.has(kind) || since === null || (lastRecord ?? "") >= since) return null;
  const untilMs = Date.parse(since) + HEARD_WITHIN_MS;
  const heard = others.find(
    ({ state: { lastCallEnd } }) => Date.parse(lastCallEnd ?? "") > untilMs,
  );
  if (heard === undefined) return null;
  return `Logged in since ${since}, and it has told nothing, though ${heard.name} has calls that ended at ${heard.state.lastCallEnd}: the user may have no read class cdr.`;
}
