// What was sent lately: a store that cannot tell the order of the last writes for certain tells of them
// again, until it can.

/** Which of the keys were not sent lately; more than `most` are not remembered. */
export interface SentKeys {
  has(key: string): boolean;
  add(key: string): void;
}

export function createSentKeys(most: number): SentKeys {
  /** The order of a set is that of its first additions: what is dropped is the oldest. */
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    add(key) {
      keys.delete(key);
      keys.add(key);
      if (keys.size <= most) return;
      for (const oldest of keys) {
        keys.delete(oldest);
        return;
      }
    },
  };
}
