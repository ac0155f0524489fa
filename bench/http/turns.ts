// Several servers measured turn by turn, so that what else the machine does falls on all alike.
import type { Load } from "./loads.ts";
import { type Cost, costText, type Measured, measure, median, medianCost, say } from "./measure.ts";

export const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 2.5);

export interface Contender {
  name: string;
  server: Measured;
  load: Load;
}

export interface Turns {
  /** The medians of one of them. */
  of(name: string): Cost;
  /** Median of what two of them had in the same turn, divided. */
  ratio(name: string, reference: string): number;
}

/** One turn that warms all up, then those that count; says each one's medians. */
export async function takeTurns(
  title: string,
  contenders: readonly Contender[],
  connections: number,
): Promise<Turns> {
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, server, load } of contenders) {
      const cost = await measure(server, load, { connections, seconds: SECONDS });
      if (round > 0) costs.get(name)?.push(cost);
    }
  }
  const all = (name: string): Cost[] => {
    const found = costs.get(name);
    if (found === undefined) throw new Error(`${name} had no turn`);
    return found;
  };
  for (const { name } of contenders) say(`${title} ${name}: ${costText(medianCost(all(name)))}`);
  return {
    of: (name) => medianCost(all(name)),
    ratio(name, reference) {
      const references = all(reference);
      return median(
        all(name).map(({ perSecond }, turn) => perSecond / (references[turn]?.perSecond ?? 0)),
      );
    },
  };
}
