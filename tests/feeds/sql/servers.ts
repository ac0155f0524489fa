// A MariaDB and a PostgreSQL of a test's own: in a folder of their own, on a free port of the loopback,
// with data of nobody. They may be killed and started again.
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";
import pg from "pg";

const PASSWORD = "geheim@1";

export interface SqlServer {
  kind: "mysql" | "postgresql";
  port: number;
  /** Of a data base, for the settings. */
  url(database: string): string;
  /** Runs statements as the owner of everything. */
  run(database: string, ...statements: string[]): Promise<void>;
  /** What one statement answers. */
  ask(database: string, statement: string): Promise<unknown[]>;
  kill(): Promise<void>;
  /** `more`: options that it is started with besides. */
  start(more?: readonly string[]): Promise<void>;
  /** Writes a file that only the server may read; answers its path. */
  put(name: string, text: string): string;
  /** Ends it, and removes its data. */
  close(): Promise<void>;
}

const START_MS = 20_000;
const run = promisify(execFile);

function found(names: readonly string[]): string | null {
  const versions = "/usr/lib/postgresql";
  const own = existsSync(versions)
    ? readdirSync(versions).map((one) => join(versions, one, "bin"))
    : [];
  const folders = [...own, "/usr/sbin", ...(process.env["PATH"] ?? "").split(":")];
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** The user that a server runs as, where the test is root and the server would refuse that. */
function userFor(name: string): { uid: number; gid: number } | object {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

function folderFor(user: ReturnType<typeof userFor>): string {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-sql-"));
  chmodSync(folder, 0o700);
  if ("uid" in user) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** Null where it is not installed. */
export async function startMariadb(): Promise<SqlServer | null> {
  const [binary, install] = [found(["mariadbd", "mysqld"]), found(["mariadb-install-db"])];
  if (binary === null || install === null) return null;
  const user = userFor("mysql");
  const folder = folderFor(user);
  const data = join(folder, "data");
  await run(
    install,
    [
      "--no-defaults",
      `--datadir=${data}`,
      "--skip-test-db",
      "--auth-root-authentication-method=normal",
    ],
    user,
  );
  const port = await freePort();
  const place = [`--datadir=${data}`, `--socket=${join(folder, "s")}`, `--port=${port}`];
  const quick = ["--skip-log-bin", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M"];
  const args = ["--no-defaults", ...place, "--bind-address=127.0.0.1", ...quick];
  const ask = async (database: string, statements: readonly string[]) => {
    const base = database === "" ? {} : { database };
    let rows: unknown = [];
    const connection = await createConnection({ host: "127.0.0.1", port, user: "root", ...base });
    try {
      for (const one of statements) [rows] = await connection.query(one);
      return Array.isArray(rows) ? rows : [];
    } finally {
      connection.destroy();
    }
  };
  return serverOf({
    ...{ kind: "mysql", port, folder, ask, user },
    begin: (more) => spawn(binary, [...args, ...more], { ...user, stdio: "ignore" }),
    ready: [
      `CREATE USER IF NOT EXISTS reader IDENTIFIED BY '${PASSWORD}'`,
      "GRANT ALL ON *.* TO reader",
    ],
  });
}

/** Null where it is not installed. */
export async function startPostgresql(): Promise<SqlServer | null> {
  const [binary, initdb] = [found(["postgres"]), found(["initdb"])];
  if (binary === null || initdb === null) return null;
  const user = userFor("postgres");
  const folder = folderFor(user);
  const data = join(folder, "data");
  const secret = join(folder, "password");
  writeFileSync(secret, PASSWORD, { mode: 0o644 });
  await run(
    initdb,
    [
      "-D",
      data,
      "-U",
      "reader",
      "-A",
      "scram-sha-256",
      `--pwfile=${secret}`,
      "-E",
      "UTF8",
      "--locale=C",
      "--no-sync",
    ],
    user,
  );
  const port = await freePort();
  const args = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-F"];
  const ask = async (database: string, statements: readonly string[]) => {
    const base = database === "" ? "postgres" : database;
    const client = new pg.Client({
      host: "127.0.0.1",
      port,
      user: "reader",
      password: PASSWORD,
      database: base,
    });
    client.on("error", () => undefined);
    await client.connect();
    let rows: unknown[] = [];
    try {
      for (const one of statements) ({ rows } = await client.query(one));
      return rows;
    } finally {
      await client.end();
    }
  };
  return serverOf({
    ...{ kind: "postgresql", port, folder, ask, user },
    begin: (more) => spawn(binary, [...args, ...more], { ...user, stdio: "ignore" }),
    ready: ["SELECT 1"],
  });
}

interface Parts {
  kind: SqlServer["kind"];
  port: number;
  folder: string;
  ask(database: string, statements: readonly string[]): Promise<unknown[]>;
  user: ReturnType<typeof userFor>;
  begin(more: readonly string[]): ChildProcess;
  /** What is run when it answers. */
  ready: readonly string[];
}

async function serverOf({
  kind,
  port,
  folder,
  user,
  ask,
  begin,
  ready,
}: Parts): Promise<SqlServer> {
  let child: ChildProcess | undefined;
  async function start(more: readonly string[] = []): Promise<void> {
    const own = begin(more);
    child = own;
    const untilMs = Date.now() + START_MS;
    for (;;) {
      try {
        await ask("", ready);
        return;
      } catch (error) {
        if (Date.now() > untilMs || own.exitCode !== null) throw error;
        await new Promise((later) => setTimeout(later, 50));
      }
    }
  }
  async function kill(): Promise<void> {
    const own = child;
    child = undefined;
    if (own === undefined || own.exitCode !== null || own.signalCode !== null) return;
    const ended = new Promise((exit) => own.once("exit", exit));
    own.kill("SIGKILL");
    await ended;
  }
  const server: SqlServer = {
    kind,
    port,
    url: (database) =>
      `${kind}://reader:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`,
    run: async (database, ...statements) => void (await ask(database, statements)),
    ask: (database, statement) => ask(database, [statement]),
    start,
    put(name, text) {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      if ("uid" in user) chownSync(path, user.uid, user.gid);
      return path;
    },
    kill,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
  try {
    await start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/** Says loudly what is not run where a server is not there, which is a fault under CI=true. */
export function requireServer<Server>(name: string, server: Server | null): Server | null {
  if (server !== null) return server;
  const line = `NO ${name.toUpperCase()}: THE TESTS THAT NEED ONE ARE NOT RUN`;
  if (process.env["CI"] === "true") throw new Error(`${line}, and they are required here`);
  process.stdout.write(`\n[sql] ${line}\n`);
  return null;
}
