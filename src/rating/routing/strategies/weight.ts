// Strategy `weight`: each carrier plan gets its share of the calls, by hash of the CDR id, so that
// the same call always goes the same way.
import type { JsonObject } from "../../../cdr/json.ts";
import { breakTie, type Candidate } from "../carrier-candidate.ts";

/**
 * Draws the places of all candidates that can take the call: the first by the weights of all, the
 * second by the weights of the rest, and so on. A weight of 0 comes last.
 */
export function drawByWeight(candidates: Candidate[], callId: string): void {
  const rest = candidates.filter((candidate) => candidate.reason === null).sort(breakTie);
  for (let place = 0; rest.length > 0; place++) {
    const total = rest.reduce((sum, candidate) => sum + candidate.plan.weight, 0);
    const point = (hashText(`${callId} ${place}`) / 2 ** 32) * total;
    const [drawn] = rest.splice(indexAt(rest, point), 1);
    if (drawn !== undefined) drawn.draw = place;
  }
}

/** What the first place is drawn by, so that a person can draw it again. */
export function drawFacts(candidates: Candidate[], callId: string): JsonObject {
  const able = candidates.filter((candidate) => candidate.reason === null).sort(breakTie);
  return {
    hash: hashText(`${callId} 0`),
    weights: able.map(({ plan }) => ({ plan: plan.name, weight: plan.weight })),
  };
}

export function compareByDraw(a: Candidate, b: Candidate): number {
  return a.draw - b.draw;
}

/** The candidate whose stretch of the summed weights holds the point; the first if all are 0. */
function indexAt(candidates: Candidate[], point: number): number {
  let passed = 0;
  for (const [index, candidate] of candidates.entries()) {
    passed += candidate.plan.weight;
    if (point < passed) return index;
  }
  return 0;
}

/** FNV-1a with the final mix of MurmurHash3: 32 bits, integers only, the same on every machine. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
