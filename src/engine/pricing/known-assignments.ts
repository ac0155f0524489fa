// Assignments of accounts in memory: every call that is priced asks for some, and the store is asked
// at most every half second. What this process sets holds at once; what another one sets, after that.
import type { Assignment } from "../../cdr/rating.ts";
import type { AccountStore } from "../../stores/ports/accounts.ts";

type Account = { tenant: string; account: string };

/** Where assignments are looked up when calls are priced. */
export interface AssignmentLookup {
  /** Every dated assignment of these accounts, by `fromMs`. @throws `store-unavailable` */
  getFor(accounts: Account[]): Promise<Assignment[]>;
  /** The same without waiting; undefined: it has to be asked for. */
  peek?(accounts: Account[]): Assignment[] | undefined;
}

export interface KnownAssignments extends Required<AssignmentLookup> {
  /** Writes to the store and forgets what it replaces. */
  set: AccountStore["set"];
}

/** So long what was read is taken for what the store has, from the moment the read began. */
const KEPT_MS = 500;
/** Where there are no more entries than this, all are read at once. */
const MOST_ENTRIES = 1000;
/** When it is looked again whether there are fewer. */
const LOOK_AGAIN_MS = 60_000;

interface Read {
  /** By account: those that have entries and, unless it `isWhole`, those that were asked for. */
  entries: Map<string, Assignment[]>;
  isWhole: boolean;
  atMs: number;
}

/** @param nowMs a clock that only goes forward, in milliseconds */
export function createKnownAssignments(
  store: Pick<AccountStore, "find" | "getFor" | "set">,
  nowMs: () => number,
): KnownAssignments {
  let known: Read | null = null;
  let tooManyAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<Read> | null = null;
  /** Raised by each write here: what was read before it is not kept. */
  let writes = 0;

  function fresh(ageMs = KEPT_MS): Read | null {
    return known !== null && nowMs() - known.atMs < ageMs ? known : null;
  }

  /** All entries, or with too many none: those of the accounts asked for are added to it. */
  async function read(): Promise<Read> {
    const [atMs, seen] = [nowMs(), writes];
    let found: Read = { entries: new Map(), isWhole: false, atMs };
    if (atMs - tooManyAtMs >= LOOK_AGAIN_MS) {
      const { assignments, nextCursor } = await store.find({ limit: MOST_ENTRIES });
      const isWhole = nextCursor === undefined;
      if (isWhole) found = { entries: byAccount(assignments), isWhole, atMs };
      else tooManyAtMs = atMs;
    }
    if (seen === writes) known = found;
    return found;
  }

  function readOnce(): Promise<Read> {
    if (underWay !== null) return underWay;
    const started = read().finally(() => {
      if (underWay === started) underWay = null;
    });
    underWay = started;
    return started;
  }

  /** Reads again while what is known still holds, so that a steady load never waits. */
  function keepFresh(): void {
    if (underWay !== null || fresh(KEPT_MS / 2) !== null) return;
    // A store that is away is said to whoever asks when this does not hold any more.
    readOnce().catch(() => undefined);
  }

  function peek(accounts: Account[]): Assignment[] | undefined {
    const now = fresh();
    if (now === null) return undefined;
    if (now.isWhole) {
      keepFresh();
      if (now.entries.size === 0) return [];
    }
    const found: Assignment[] = [];
    for (const account of accounts) {
      const own = now.entries.get(keyOf(account));
      if (own !== undefined) found.push(...own);
      else if (!now.isWhole) return undefined;
    }
    return accounts.length > 1 ? found.sort((left, right) => left.fromMs - right.fromMs) : found;
  }

  return {
    peek,
    async getFor(accounts) {
      const now = fresh() ?? (await readOnce());
      const missing = now.isWhole
        ? []
        : accounts.filter((account) => !now.entries.has(keyOf(account)));
      if (missing.length > 0) {
        const seen = writes;
        const found = byAccount(await store.getFor(missing));
        // What was set meanwhile may not be in what was read: it is not kept.
        const kept = seen === writes ? now.entries : new Map(now.entries);
        for (const account of missing) {
          const key = keyOf(account);
          kept.set(key, found.get(key) ?? []);
        }
        return inOrder(accounts, kept);
      }
      return inOrder(accounts, now.entries);
    },
    async set(assignment, atMs) {
      try {
        await store.set(assignment, atMs);
      } finally {
        writes += 1;
        known = null;
        underWay = null;
      }
    },
  };
}

function inOrder(accounts: Account[], entries: Map<string, Assignment[]>): Assignment[] {
  return accounts
    .flatMap((account) => entries.get(keyOf(account)) ?? [])
    .sort((left, right) => left.fromMs - right.fromMs);
}

function byAccount(assignments: Assignment[]): Map<string, Assignment[]> {
  const found = new Map<string, Assignment[]>();
  for (const entry of assignments) {
    const own = found.get(keyOf(entry));
    if (own === undefined) found.set(keyOf(entry), [entry]);
    else own.push(entry);
  }
  return found;
}

function keyOf({ tenant, account }: Account): string {
  return `${tenant}\n${account}`;
}
