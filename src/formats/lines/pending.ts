// Bytes that came and are not done with, in one place: a packet costs what it holds.

export interface Pending {
  /** All of it; what is appended or dropped later changes it. */
  view(): Buffer;
  append(bytes: Uint8Array): void;
  /** The first `count` bytes, in a place of their own, are done with. */
  take(count: number): Buffer;
}

const SMALLEST = 4096;

export function createPending(): Pending {
  let buffer = Buffer.alloc(SMALLEST);
  let start = 0;
  let end = 0;
  return {
    view: () => buffer.subarray(start, end),
    append(bytes) {
      const length = end - start;
      if (end + bytes.length > buffer.length) {
        const needed = length + bytes.length;
        const roomy = needed <= buffer.length / 2 ? buffer : Buffer.alloc(needed * 2);
        buffer.copy(roomy, 0, start, end);
        buffer = roomy;
        start = 0;
        end = length;
      }
      buffer.set(bytes, end);
      end += bytes.length;
    },
    take(count) {
      const taken = Buffer.from(buffer.subarray(start, start + count));
      start += count;
      if (start < end) return taken;
      start = 0;
      end = 0;
      if (buffer.length > 16 * SMALLEST) buffer = Buffer.alloc(SMALLEST);
      return taken;
    },
  };
}
