// Writes decks of any size from a seed, for benchmarks: the same seed gives the same text.

/** Numbers from 0 to below 1, the same for one seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * CSV text of a deck of `count` different prefixes of 1 to 11 digits, short ones before the long
 * ones below them as in an A-Z deck, with prices of 4 decimals and the usual intervals.
 */
export function seededDeck(count: number, seed: number): string {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const intervals = ["1,1", "6,6", "30,6", "60,1", "60,60"];
  const prefixes = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].slice(0, count);
  const known = new Set(prefixes);
  const lines = ["prefix,destination,rate,connect_fee,first_interval,next_interval"];
  while (prefixes.length < count) {
    const parent = prefixes[below(prefixes.length)] ?? "1";
    const prefix = parent + below(10);
    if (prefix.length > 11 || known.has(prefix)) continue;
    known.add(prefix);
    prefixes.push(prefix);
  }
  for (const prefix of prefixes) {
    const rate = (below(20_000) / 10_000).toFixed(4);
    const fee = below(20) === 0 ? "0.0500" : "";
    lines.push(`${prefix},Destination ${below(1300)},${rate},${fee},${intervals[below(5)]}`);
  }
  return `${lines.join("\n")}\n`;
}
