// npm run crash -- --kind all: breaks a service on this machine in every way that is promised to be
// survived, says what it saw, and ends with exit code 1 when a promise did not hold.
import { Command, InvalidArgumentError, Option } from "commander";
import type { Report } from "./report.ts";
import { DEFAULTS, KINDS, type Kind, runKind } from "./run.ts";

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("a number above 0");
  return value;
};

const options = new Command("crash")
  .description("breaks a service on the loopback and checks that nothing acknowledged is lost")
  .addOption(
    new Option("--kind <kind>", "what is done to it")
      .choices([...Object.keys(KINDS), "all"])
      .default("all"),
  )
  .option(
    "--seconds <number>",
    "of the load of the kinds mixed and switchover",
    positive,
    DEFAULTS.seconds,
  )
  .option(
    "--kills <number>",
    "of the kinds kill, import, tariffs, cgrates, jobs, backup, desk and those of feeds: how often something is broken",
    positive,
    DEFAULTS.kills,
  )
  .option(
    "--rows <number>",
    "of a table of the kind import; posts before the kind backup begins",
    positive,
    DEFAULTS.rows,
  )
  .option("--workers <number>", "processes of each service; kill kills workers too", positive, 1)
  .option(
    "--mongo <url>",
    "of the kinds kill, cgrates, erasing and mongodb: a server, on which they have a data base of their own",
  )
  .option("--seed <number>", "of everything that is done by chance", positive, DEFAULTS.seed)
  .option("--folder <folder>", "where the stores are; on a small disk the kind disk fills it")
  .option("--store-seconds <number>", "limits.storeSeconds of the services", positive)
  .option("--stop-seconds <number>", "limits.stopSeconds of the services", positive)
  .option("--health-ms <number>", "longest answer of /health", positive, DEFAULTS.healthMs)
  .option("--resident-mb <number>", "most memory of a service", positive, DEFAULTS.residentMb)
  .parse()
  .opts();

const limits: Record<string, number> = {
  ...(options["storeSeconds"] === undefined ? {} : { storeSeconds: options["storeSeconds"] }),
  ...(options["stopSeconds"] === undefined ? {} : { stopSeconds: options["stopSeconds"] }),
};
const { kind, folder, seconds, kills, rows, workers, mongo, seed, healthMs, residentMb } = options;
const kinds = kind === "all" ? allKinds() : [kind as Kind];
const reports: Report[] = [];
for (const one of kinds) {
  process.stderr.write(`${one} …\n`);
  const parent = folder === undefined ? {} : { parent: folder };
  const server = mongo === undefined ? {} : { mongo: String(mongo) };
  const run = {
    seconds,
    kills,
    rows,
    workers,
    seed,
    healthMs,
    residentMb,
    limits,
    ...server,
    ...parent,
  };
  const report = await runKind(one, run).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    return { kind: one, facts: {}, broken: [`the run ended early: ${text}`] };
  });
  reports.push(report);
  process.stdout.write(`${textOf(report)}\n`);
}
const broken = reports.filter((report) => report.broken.length > 0).map((report) => report.kind);
process.stdout.write(
  broken.length === 0 ? "every promise held\n" : `promises broken: ${broken.join(", ")}\n`,
);
process.exit(broken.length === 0 ? 0 : 1);

/** Without a server of MongoDB its kind is left out, loudly. */
function allKinds(): Kind[] {
  const all = Object.keys(KINDS) as Kind[];
  if (mongo !== undefined) return all;
  process.stderr.write("mongodb is left out: --mongo names no server\n");
  return all.filter((one) => one !== "mongodb");
}

function textOf({ kind: name, facts, broken: sentences }: Report): string {
  const lines = Object.entries(facts).map(([fact, value]) => `  ${fact}: ${value}`);
  return [name, ...lines, ...sentences.map((text) => `  BROKEN: ${text}`)].join("\n");
}
