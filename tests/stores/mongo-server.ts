// The MongoDB server that tests use, in the order: MONGODB_URI; a mongod that
// mongodb-memory-server finds or downloads; mongo-java-server, where Java and Maven are there.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface MongoServer {
  uri: string;
  /** What it is, for the line that the test output shows. */
  description: string;
  stop(): Promise<void>;
}

/** A server of ours, as a process that a test may kill. */
export interface MongoServerProcess extends MongoServer {
  process: ChildProcess;
}

const JAVA_FOLDER = join(dirname(fileURLToPath(import.meta.url)), "java");
/** Ignored by git; filled by Maven on the first use. */
const CACHE_FOLDER = resolve(JAVA_FOLDER, "../../../node_modules/.cache/cdrate-mongo");
/** A short life: the quick compiler and the plain collector cost the least. All data bases of a run stay in its memory. */
const JAVA_OPTIONS = ["-Xmx2g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
const MONGOD_LIMIT_MS = 8_000;
const START_LIMIT_MS = 60_000;
const MAVEN_LIMIT_MS = 150_000;

function message(error: unknown): string {
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  return first.replace(/, Details:$/, "");
}

async function startMongod(): Promise<MongoServer> {
  process.env["MONGOMS_MAX_RETRIES"] ??= "0";
  const { MongoBinary } = await import("mongodb-memory-server-core/lib/util/MongoBinary.js");
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new Error(`no mongod within ${MONGOD_LIMIT_MS / 1000} s`));
    timer = setTimeout(fail, MONGOD_LIMIT_MS);
  });
  try {
    const systemBinary = await Promise.race([MongoBinary.getPath(), limit]);
    const { MongoMemoryReplSet } = await import("mongodb-memory-server-core");
    const server = await MongoMemoryReplSet.create({
      binary: { systemBinary },
      replSet: { count: 1, storageEngine: "wiredTiger" },
    });
    return {
      uri: server.getUri(),
      description: `mongod ${systemBinary}, a replica set of one`,
      stop: async () => {
        await server.stop();
      },
    };
  } finally {
    clearTimeout(timer);
  }
}

let libraries: Promise<string> | undefined;

/** Class path of the Java server; Maven fetches what its local repository lacks, once a pom. */
function javaLibraries(): Promise<string> {
  libraries ??= (async () => {
    const pom = join(JAVA_FOLDER, "pom.xml");
    const name = createHash("sha256").update(readFileSync(pom)).digest("hex").slice(0, 16);
    const folder = join(CACHE_FOLDER, `lib-${name}`);
    const done = join(folder, "complete");
    if (existsSync(done)) return join(folder, "*");
    mkdirSync(folder, { recursive: true });
    await promisify(execFile)(
      "mvn",
      ["-q", "-B", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${folder}`],
      { timeout: MAVEN_LIMIT_MS },
    );
    writeFileSync(done, "");
    return join(folder, "*");
  })();
  return libraries;
}

async function listeningPort(server: ChildProcess): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const port = new Promise<string>((found, failed) => {
    timer = setTimeout(() => failed(new Error("the Java server did not start")), START_LIMIT_MS);
    server.once("error", failed);
    server.once("exit", (code) => failed(new Error(`the Java server ended with code ${code}`)));
    if (server.stdout === null) throw new Error("the Java server has no output");
    createInterface({ input: server.stdout }).on("line", (line) => {
      const match = /^listening (\d+)$/.exec(line);
      if (match?.[1] !== undefined) found(match[1]);
    });
  });
  try {
    return await port;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Starts mongo-java-server in memory, or on the H2 file named, which survives a kill; on a free
 * port, or on the one named. Throws where Java or Maven is missing or packages cannot be fetched.
 */
export async function startJavaServer(file?: string, port?: number): Promise<MongoServerProcess> {
  const classPath = await javaLibraries();
  const source = join(JAVA_FOLDER, "MongoTestServer.java");
  const where = file === undefined ? [] : [file, ...(port === undefined ? [] : [String(port)])];
  const server = spawn("java", [...JAVA_OPTIONS, "-cp", classPath, source, ...where], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const listening = await listeningPort(server);
  return {
    uri: `mongodb://127.0.0.1:${listening}`,
    description: `mongo-java-server 1.47.0, ${file === undefined ? "in memory" : "on an H2 file"}`,
    process: server,
    stop: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = new Promise((done) => server.once("exit", done));
      server.stdin?.end();
      await ended;
    },
  };
}

/** The first server of the order that can be had; null with the causes when none can. */
export async function startMongoServer(): Promise<{
  server: MongoServer | null;
  causes: string[];
}> {
  const uri = process.env["MONGODB_URI"];
  if (uri !== undefined && uri !== "") {
    const server = { uri, description: "MONGODB_URI", stop: async () => undefined };
    return { server, causes: [] };
  }
  const causes: string[] = [];
  for (const start of [startMongod, () => startJavaServer()]) {
    try {
      return { server: await start(), causes };
    } catch (error) {
      causes.push(message(error));
    }
  }
  return { server: null, causes };
}
