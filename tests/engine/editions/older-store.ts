// A store as an older edition left it: the CDRs of `store-NAME.jsonl` were rated by that build.
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import { factsAt } from "../../../src/cdr/facts.ts";
import type { Rating } from "../../../src/cdr/rating.ts";
import type { Compat } from "../../../src/engine/ports.ts";
import type { TestEngine } from "../rerate/test-engine.ts";

interface OlderTariff {
  name: string;
  version: string;
  compat?: Compat;
  files: Record<string, string>;
}

type Line = { tariff: OlderTariff } | { cdr: StoredCdr };

export interface OlderStore {
  tariffs: OlderTariff[];
  cdrs: StoredCdr[];
}

export function readOlderStore(edition: string): OlderStore {
  const text = readFileSync(new URL(`store-${edition}.jsonl`, import.meta.url), "utf8");
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return {
    tariffs: lines.flatMap((line) => ("tariff" in line ? [line.tariff] : [])),
    cdrs: lines.flatMap((line) => ("cdr" in line ? [line.cdr] : [])),
  };
}

/** Writes it through the port: the first revision of each CDR, then the others as they came. */
export async function fillOlderStore(test: TestEngine, older: OlderStore): Promise<void> {
  const { engine, store } = test;
  for (const { name, compat, files, version } of older.tariffs) {
    const options = compat === undefined ? { name } : { name, compat };
    const loaded = await engine.tariffs.load({ files }, options);
    if (loaded.version !== version) throw new Error(`${name} is another version now`);
    if (name !== "dearer") await engine.tariffs.activate(version, { fromMs: 0 });
  }
  for (const cdr of older.cdrs) {
    const ratings = [...cdr.history.map((entry) => entry.rating), cdr.rating];
    const { history, ...first } = factsAt(cdr, 0);
    await store.cdrs.insert([{ ...first, rating: ratings[0] as Rating }]);
    for (const [index, { replacedAtMs, content }] of history.entries()) {
      const { primary, extra, contentHash } = factsAt(cdr, index + 1);
      const revision = {
        tenant: cdr.tenant,
        id: cdr.id,
        expectedRevision: index + 1,
        rating: ratings[index + 1] as Rating,
        atMs: replacedAtMs,
        ...(content === undefined ? {} : { content: { primary, extra, contentHash } }),
      };
      expect(await store.cdrs.revise([revision])).toEqual(["revised"]);
    }
  }
}
