// Several works as one.

/** One behind the other; what throws ends it. */
export function inTurn(...works: (() => Promise<void>)[]): () => Promise<void> {
  return async () => {
    for (const work of works) await work();
  };
}

/** At the same time. */
export function together(...works: (() => Promise<void>)[]): () => Promise<void> {
  return async () => {
    await Promise.all(works.map((work) => work()));
  };
}
