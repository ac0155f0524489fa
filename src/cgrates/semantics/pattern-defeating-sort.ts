// The unstable sort of Go's standard library for lists of more than twelve elements.
//
// Ported from src/sort/zsortinterface.go of Go 1.21, whose notice follows.
//
// Copyright 2022 The Go Authors. All rights reserved.
//
// Redistribution and use in source and binary forms, with or without modification, are permitted
// provided that the following conditions are met:
//  - Redistributions of source code must retain the above copyright notice, this list of
//    conditions and the following disclaimer.
//  - Redistributions in binary form must reproduce the above copyright notice, this list of
//    conditions and the following disclaimer in the documentation and/or other materials provided
//    with the distribution.
//  - Neither the name of Google LLC nor the names of its contributors may be used to endorse or
//    promote products derived from this software without specific prior written permission.
// THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR
// IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
// FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR
// CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR
// CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
// SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY
// THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR
// OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
// POSSIBILITY OF SUCH DAMAGE.

/** Does the element at index `i` come before the one at index `j`? */
type Less = (i: number, j: number) => boolean;

interface Sorted {
  less: Less;
  swap: (i: number, j: number) => void;
}

type Hint = "unknown" | "increasing" | "decreasing";

const INSERTION_MAX = 12;
const NINTHER_MIN = 50;
const SWAPS_MAX = 12;

/**
 * Sorts in place, with the very comparisons and swaps that Go makes: an order that is not
 * transitive gives the same wrong result as there.
 */
export function patternDefeatingSort<T>(list: T[], before: (a: T, b: T) => boolean): void {
  const data: Sorted = {
    less: (i, j) => before(list[i] as T, list[j] as T),
    swap: (i, j) => {
      const kept = list[i] as T;
      list[i] = list[j] as T;
      list[j] = kept;
    },
  };
  sortRange(data, 0, list.length, bitLength(list.length));
}

function sortRange(data: Sorted, from: number, to: number, badPivotsLeft: number): void {
  let a = from;
  let b = to;
  let limit = badPivotsLeft;
  let balanced = true;
  let partitioned = true;
  for (;;) {
    const length = b - a;
    if (length <= INSERTION_MAX) {
      insertionSort(data, a, b);
      return;
    }
    if (limit === 0) {
      heapSort(data, a, b);
      return;
    }
    if (!balanced) {
      breakPatterns(data, a, b);
      limit -= 1;
    }
    let { pivot, hint } = choosePivot(data, a, b);
    if (hint === "decreasing") {
      reverseRange(data, a, b);
      pivot = b - 1 - (pivot - a);
      hint = "increasing";
    }
    const looksSorted = balanced && partitioned && hint === "increasing";
    if (looksSorted && partialInsertionSort(data, a, b)) return;
    if (a > 0 && !data.less(a - 1, pivot)) {
      a = partitionEqual(data, a, b, pivot);
      continue;
    }
    const split = partition(data, a, b, pivot);
    partitioned = split.alreadyPartitioned;
    const leftLength = split.middle - a;
    const rightLength = b - split.middle;
    balanced = Math.min(leftLength, rightLength) >= Math.floor(length / 8);
    if (leftLength < rightLength) {
      sortRange(data, a, split.middle, limit);
      a = split.middle + 1;
    } else {
      sortRange(data, split.middle + 1, b, limit);
      b = split.middle;
    }
  }
}

function insertionSort(data: Sorted, a: number, b: number): void {
  for (let i = a + 1; i < b; i++) {
    for (let j = i; j > a && data.less(j, j - 1); j--) data.swap(j, j - 1);
  }
}

function siftDown(data: Sorted, range: { low: number; high: number; first: number }): void {
  const { high, first } = range;
  let root = range.low;
  for (;;) {
    let child = 2 * root + 1;
    if (child >= high) return;
    if (child + 1 < high && data.less(first + child, first + child + 1)) child++;
    if (!data.less(first + root, first + child)) return;
    data.swap(first + root, first + child);
    root = child;
  }
}

function heapSort(data: Sorted, a: number, b: number): void {
  const high = b - a;
  for (let i = Math.trunc((high - 1) / 2); i >= 0; i--) {
    siftDown(data, { low: i, high, first: a });
  }
  for (let i = high - 1; i >= 0; i--) {
    data.swap(a, a + i);
    siftDown(data, { low: 0, high: i, first: a });
  }
}

function partition(data: Sorted, a: number, b: number, pivot: number) {
  data.swap(a, pivot);
  let i = a + 1;
  let j = b - 1;
  const advance = () => {
    while (i <= j && data.less(i, a)) i++;
    while (i <= j && !data.less(j, a)) j--;
  };
  advance();
  const alreadyPartitioned = i > j;
  while (i <= j) {
    data.swap(i, j);
    i++;
    j--;
    advance();
  }
  data.swap(j, a);
  return { middle: j, alreadyPartitioned };
}

function partitionEqual(data: Sorted, a: number, b: number, pivot: number): number {
  data.swap(a, pivot);
  let i = a + 1;
  let j = b - 1;
  for (;;) {
    while (i <= j && !data.less(a, i)) i++;
    while (i <= j && data.less(a, j)) j--;
    if (i > j) return i;
    data.swap(i, j);
    i++;
    j--;
  }
}

function partialInsertionSort(data: Sorted, a: number, b: number): boolean {
  let i = a + 1;
  for (let step = 0; step < 5; step++) {
    while (i < b && !data.less(i, i - 1)) i++;
    if (i === b) return true;
    if (b - a < NINTHER_MIN) return false;
    data.swap(i, i - 1);
    if (i - a >= 2) {
      for (let j = i - 1; j >= 1 && data.less(j, j - 1); j--) data.swap(j, j - 1);
    }
    if (b - i >= 2) {
      for (let j = i + 1; j < b && data.less(j, j - 1); j++) data.swap(j, j - 1);
    }
  }
  return false;
}

function breakPatterns(data: Sorted, a: number, b: number): void {
  const length = b - a;
  if (length < 8) return;
  const mask = (1n << BigInt(bitLength(length))) - 1n;
  let state = BigInt(length);
  const middle = a + Math.floor(length / 4) * 2;
  for (let index = middle - 1; index <= middle + 1; index++) {
    state = BigInt.asUintN(64, state ^ (state << 13n));
    state ^= state >> 7n;
    state = BigInt.asUintN(64, state ^ (state << 17n));
    let other = Number(state & mask);
    if (other >= length) other -= length;
    data.swap(index, a + other);
  }
}

function choosePivot(data: Sorted, a: number, b: number): { pivot: number; hint: Hint } {
  const quarter = Math.floor((b - a) / 4);
  let swaps = 0;
  const median = (first: number, second: number, third: number) => {
    let [x, y, z] = [first, second, third];
    const order = (left: number, right: number): [number, number] => {
      if (!data.less(right, left)) return [left, right];
      swaps++;
      return [right, left];
    };
    [x, y] = order(x, y);
    [y, z] = order(y, z);
    [x, y] = order(x, y);
    return y;
  };
  let places: [number, number, number] = [a + quarter, a + quarter * 2, a + quarter * 3];
  if (b - a >= NINTHER_MIN) {
    const [i, j, k] = places;
    places = [median(i - 1, i, i + 1), median(j - 1, j, j + 1), median(k - 1, k, k + 1)];
  }
  const pivot = median(...places);
  if (swaps === 0) return { pivot, hint: "increasing" };
  return { pivot, hint: swaps === SWAPS_MAX ? "decreasing" : "unknown" };
}

function reverseRange(data: Sorted, a: number, b: number): void {
  for (let i = a, j = b - 1; i < j; i++, j--) data.swap(i, j);
}

function bitLength(length: number): number {
  return 32 - Math.clz32(length);
}
