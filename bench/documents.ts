// The bytes of a CDR as a document of MongoDB, with those of its largest members, and of its entries
// in the indexes by both forms of key: calls like those of `cdrate demo`, and documents of a
// FreeSWITCH, five hundred of each, rated by the demo tariff. No server is needed.
// npm run bench -- documents
import { fileURLToPath } from "node:url";
import { BSON } from "mongodb";
import { EVERYTHING } from "../src/access/scope.ts";
import type { StoredCdr } from "../src/cdr/cdr.ts";
import { DEMO_CDRS } from "../src/cli/demo-cdrs.ts";
import { composeEngine } from "../src/compose/engine.ts";
import { createLog } from "../src/compose/log.ts";
import { readSettings } from "../src/config/config.ts";
import { readTariffFiles } from "../src/engine/tariffs/folders/folders.ts";
import { FORMATS } from "../src/formats/formats.ts";
import { type CdrDocument, toDocument } from "../src/stores/mongo/documents.ts";
import { sampleFreeswitchCdr } from "../tests/formats/freeswitch-sample.ts";
import { indexBytes } from "./index-bytes.ts";

const CALLS = 500;
const MOST_MEMBERS = 16;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const sizeOf = (member: unknown): number => BSON.calculateObjectSize({ member }) - 12;
const mean = (values: number[]): string =>
  (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(0);

/** Bytes by member; those of the rating one by one. */
function members({ rating, ...document }: CdrDocument): [string, number][] {
  const own = Object.entries(document).map(([name, member]): [string, number] => [
    name,
    sizeOf(member),
  ]);
  const parts = Object.entries(rating).map(([name, member]): [string, number] => [
    `rating.${name}`,
    sizeOf(member),
  ]);
  return [...own, ...parts];
}

function report(name: string, cdrs: StoredCdr[]): void {
  const documents = cdrs.map((cdr) => toDocument(cdr, "bytes"));
  say(`${name}: ${mean(documents.map((one) => BSON.calculateObjectSize(one)))} bytes on average`);
  for (const keying of ["text", "bytes"] as const) {
    const entries = cdrs.map((cdr) => indexBytes(toDocument(cdr, keying)));
    const sum = mean(entries.map((one) => one.sum));
    say(`  keys of ${keying}: ${sum} bytes in ${entries[0]?.count} indexes, before compression`);
  }
  const sizes = new Map<string, number>();
  for (const [member, bytes] of documents.flatMap(members)) {
    sizes.set(member, (sizes.get(member) ?? 0) + bytes / documents.length);
  }
  const largest = [...sizes].sort(([, left], [, right]) => right - left).slice(0, MOST_MEMBERS);
  say(`  ${largest.map(([member, bytes]) => `${member} ${bytes.toFixed(0)}`).join(", ")}`);
}

const numbers = Array.from({ length: CALLS }, (_, n) => n);
const fieldOf = (form: string, name: string): string => new URLSearchParams(form).get(name) ?? "";

/** The calls of the demo again and again, at other times. */
function demoCall(n: number): string {
  const form = new URLSearchParams(DEMO_CDRS[n % DEMO_CDRS.length]);
  form.set("accid", `bench-${n}`);
  form.set("answer_time", new Date(Date.UTC(2026, 2, 2) + n * 61_007).toISOString());
  return form.toString();
}

function switchCall(n: number): string {
  const destination = fieldOf(DEMO_CDRS[n % DEMO_CDRS.length] ?? "", "destination");
  const startMs = Date.UTC(2026, 2, 2) + n * 61_007;
  const talk = { ringMs: n % 7 === 0 ? null : 2_500 + n, talkMs: 1_000 + n * 397 };
  return JSON.stringify(sampleFreeswitchCdr({ uuid: `bench-${n}`, destination, startMs, ...talk }));
}

const settings = readSettings({ environment: {}, flags: { store: "sqlite::memory:" } });
const engine = await composeEngine(settings, { log: createLog("error") });
try {
  const folder = fileURLToPath(new URL("../tariffs/demo", import.meta.url));
  const { version } = await engine.tariffs.load(
    { files: await readTariffFiles(folder) },
    { name: "demo" },
  );
  await engine.tariffs.activate(version);

  async function cdrsOf(format: string, bodies: readonly string[]) {
    const cdrs: StoredCdr[] = [];
    for (const text of bodies) {
      const body = Buffer.from(text, "utf8");
      const source = engine.sourceOf({ path: "/cgr", address: "127.0.0.1", credential: null });
      const read = FORMATS[format]?.read({ body, query: "", contentType: null });
      if (read === undefined) throw new Error(`there is no format ${format}`);
      const arrival = { source, format, bytes: body, scope: EVERYTHING };
      const { id } = await engine.intake.process(arrival, read);
      if (id === null) throw new Error(`a call of the bench was not taken: ${text.slice(0, 80)}`);
      cdrs.push(await engine.cdrs.one({ id, scope: EVERYTHING }));
    }
    return cdrs;
  }

  report("calls like those of cdrate demo", await cdrsOf("cgr-form", numbers.map(demoCall)));
  report("documents of a FreeSWITCH", await cdrsOf("freeswitch-json", numbers.map(switchCall)));
} finally {
  await engine.close();
}
