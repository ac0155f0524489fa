// A map that forgets: at most twice `capacity` entries, those used lately stay.

export interface BoundedCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
}

/** Two generations: a full young one becomes the old one, and what is read there moves up. */
export function boundedCache<Value>(capacity: number): BoundedCache<Value> {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  function set(key: string, value: Value): void {
    if (young.size >= capacity) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }
  function get(key: string): Value | undefined {
    const found = young.get(key);
    if (found !== undefined) return found;
    const older = old.get(key);
    if (older !== undefined) set(key, older);
    return older;
  }
  return { get, set };
}
