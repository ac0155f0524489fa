// How long a native folder takes to be read and checked, and to be compiled, by its rows.
import { compileTariff } from "../src/rating/compile/tariff.ts";
import { readTariff } from "../src/tariffs/read-folder.ts";
import { seededDeck } from "../tests/tariffs/seeded-deck.ts";

const YAML = [
  "tenant: bench.example",
  "currency: EUR",
  "retailPlans: { standard: { deck: deck.csv } }",
  "voipPlans: { gold: { retail: [standard] } }",
].join("\n");

for (const rows of [36_205, 184_215, 500_000]) {
  const files = { "tariff.yaml": YAML, "deck.csv": seededDeck(rows, 1) };
  const startedMs = performance.now();
  const read = readTariff(files);
  const readMs = performance.now() - startedMs;
  if (!read.ok) throw new Error(`the seeded deck has faults: ${read.faults[0]?.message}`);
  const snapshot = compileTariff(read.tariff, "bench");
  const compileMs = performance.now() - startedMs - readMs;
  process.stdout.write(
    `${rows} rows: read and checked ${readMs.toFixed(0)} ms, compiled ${compileMs.toFixed(0)} ms ` +
      `(${snapshot.decks[0]?.prefixes} prefixes)\n`,
  );
}
