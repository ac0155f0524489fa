// What a thread has made and nobody has taken yet, in its order.

export interface Sink<T> extends AsyncIterable<T> {
  push(item: T): void;
  end(): void;
  /** Told after what was made before. */
  fail(error: unknown): void;
}

export function createSink<T>(): Sink<T> {
  const items: T[] = [];
  let ending: { error?: unknown } | null = null;
  let wake: () => void = () => undefined;
  return {
    push(item) {
      items.push(item);
      wake();
    },
    end() {
      ending ??= {};
      wake();
    },
    fail(error) {
      ending ??= { error };
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) {
          yield item;
        } else if (ending !== null) {
          if ("error" in ending) throw ending.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
