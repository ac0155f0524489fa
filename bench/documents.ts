// The bytes of a CDR as a document of MongoDB, with those of its largest members: the calls of
// `cdrate demo`, and documents of a FreeSWITCH, rated by the demo tariff. No server is needed.
// npm run bench -- documents
import { fileURLToPath } from "node:url";
import { BSON } from "mongodb";
import { EVERYTHING } from "../src/access/scope.ts";
import { DEMO_CDRS } from "../src/cli/demo-cdrs.ts";
import { composeEngine } from "../src/compose/compose.ts";
import { createLog } from "../src/compose/log.ts";
import { readSettings } from "../src/config/config.ts";
import { readTariffFiles } from "../src/engine/tariffs/folders.ts";
import { FORMATS } from "../src/formats/formats.ts";
import { type CdrDocument, toDocument } from "../src/stores/mongo/documents.ts";
import { sampleFreeswitchCdr } from "../tests/formats/freeswitch-sample.ts";

const SWITCH_CALLS = 12;
const MOST_MEMBERS = 8;

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

function report(name: string, documents: CdrDocument[]): void {
  say(`${name}: ${mean(documents.map((one) => BSON.calculateObjectSize(one)))} bytes on average`);
  const sizes = new Map<string, number>();
  for (const [member, bytes] of documents.flatMap(members)) {
    sizes.set(member, (sizes.get(member) ?? 0) + bytes / documents.length);
  }
  const largest = [...sizes].sort(([, left], [, right]) => right - left).slice(0, MOST_MEMBERS);
  say(`  ${largest.map(([member, bytes]) => `${member} ${bytes.toFixed(0)}`).join(", ")}`);
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

  async function documentsOf(format: string, bodies: readonly string[]) {
    const documents: CdrDocument[] = [];
    for (const text of bodies) {
      const body = Buffer.from(text, "utf8");
      const source = engine.sourceOf({ path: "/cgr", address: "127.0.0.1", credential: null });
      const read = FORMATS[format]?.read({ body, query: "", contentType: null });
      if (read === undefined) throw new Error(`there is no format ${format}`);
      const arrival = { source, format, bytes: body, scope: EVERYTHING };
      const { id } = await engine.intake.process(arrival, read);
      if (id === null) throw new Error(`a call of the bench was not taken: ${text.slice(0, 80)}`);
      documents.push(toDocument(await engine.cdrs.one({ id, scope: EVERYTHING }), "tenant and id"));
    }
    return documents;
  }

  report("calls of cdrate demo", await documentsOf("cgr-form", DEMO_CDRS));
  const calls = Array.from({ length: SWITCH_CALLS }, (_, n) =>
    JSON.stringify(sampleFreeswitchCdr({ uuid: `bench-${n}`, destination: "+34650123456" })),
  );
  report("documents of a FreeSWITCH", await documentsOf("freeswitch-json", calls));
} finally {
  await engine.close();
}
