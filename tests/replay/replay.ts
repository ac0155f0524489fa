// npm run replay: prices the frozen corpus and prints one hash over every price. The same source
// gives the same hash on any machine; a release that changes it says why in the changelog.

import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { EVERYTHING } from "../../src/access/scope.ts";
import type { StoredCdr } from "../../src/cdr/cdr.ts";
import { OUTCOMES } from "../../src/cdr/rating.ts";
import { composeEngine } from "../../src/compose/engine.ts";
import { readSettings } from "../../src/config/config.ts";
import { readCgrForm } from "../../src/formats/cgr-form.ts";
import type { Store } from "../../src/stores/store.ts";
import { REPLAY_TARIFFS, replayForms } from "./corpus.ts";

export interface Replay {
  hash: string;
  cdrs: number;
  outcomes: Record<string, number>;
}

/** After every call of the corpus. */
const NOW_MS = Date.parse("2026-04-01T00:00:00Z");

/** What a customer or a carrier sees of a price; basis and versions may change without it. */
function priceOf({ id, rating }: StoredCdr): unknown[] {
  const { outcome, reason, normalized, sell, buy, margin, cheapest, runs } = rating;
  return [id, outcome, reason, normalized, sell, buy, margin, cheapest, runs];
}

/** Members in the order of their names, so that the order they were set in does not count. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

export async function replay(): Promise<Replay> {
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const settings = readSettings({ environment: {}, flags: { store: "sqlite::memory:" } });
  const engine = await composeEngine(settings, { clock: () => NOW_MS, log: silent });
  try {
    for (const { name, files } of REPLAY_TARIFFS) {
      const { version } = await engine.tariffs.load({ files }, { name });
      await engine.tariffs.activate(version, { fromMs: 0 });
    }
    const source = engine.sourceOf({ path: "/cgr", address: "127.0.0.1", credential: null });
    const hash = createHash("sha256");
    const outcomes: Record<string, number> = {};
    const forms = replayForms();
    for (const form of forms) {
      const bytes = Buffer.from(form, "utf8");
      const read = readCgrForm({ body: bytes, query: "", contentType: null });
      const answer = await engine.intake.process(
        { source, format: "cgr-form", bytes, scope: EVERYTHING },
        read,
      );
      const cdr = answer.id === null ? null : await firstStored(engine.store, answer.id);
      hash.update(`${cdr === null ? canonicalText(answer) : canonicalText(priceOf(cdr))}\n`);
      outcomes[answer.outcome] = (outcomes[answer.outcome] ?? 0) + 1;
    }
    return { hash: hash.digest("hex"), cdrs: forms.length, outcomes };
  } finally {
    await engine.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { hash, cdrs, outcomes } = await replay();
  process.stdout.write(`${hash}\n${cdrs} CDRs: ${JSON.stringify(outcomes)}\n`);
}

/** The CDR of an id; the tenant is known to the form alone. */
async function firstStored(store: Store, id: string): Promise<StoredCdr | null> {
  const filter = { ids: [id], outcomes: [...OUTCOMES] };
  const sort = { by: "callTime", descending: false } as const;
  return (await store.cdrs.find({ filter, sort, limit: 1 })).cdrs[0] ?? null;
}
