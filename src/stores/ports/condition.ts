// PORT: how the place is where the store keeps what it has.

export interface StoreCondition {
  /** What it takes on the disk, indexes and logs among it. */
  bytes: number;
  /** What is free on that disk for it; null: the store does not tell. */
  freeBytes: number | null;
  /** The time by the server of the store, epoch milliseconds; null: it is in this process. */
  serverMs: number | null;
  /** What a look through all of it found damaged, ten findings at most; null: it was not looked at. */
  damage: string[] | null;
}

export interface ConditionQuery {
  /** Reads all that is stored, for damage: minutes over a large store, and nobody waits for it. */
  deep: boolean;
}

/** Findings of damage that are told. */
export const MOST_DAMAGE = 10;
