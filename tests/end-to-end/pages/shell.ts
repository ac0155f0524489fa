// Runs the commands of a page one by one in a folder, beside a service of its own.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export interface PageShell {
  /** What it printed. @throws where its exit code is not 0 */
  run(command: string): Promise<string>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const LISTENS = /listens on (http:\/\/\S+)/;

async function startService(folder: string, environment: NodeJS.ProcessEnv) {
  const child = spawn("npx", ["cdrate", "serve"], {
    cwd: folder,
    // What commands print of the services on the store is that of one process.
    env: {
      ...environment,
      CDRATE_LISTEN: "127.0.0.1:0",
      CDRATE_LOG: "fatal",
      CDRATE_WORKERS: "1",
    },
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own: npx does not hand on every signal.
    detached: true,
  });
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    const url = LISTENS.exec(output)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error(`the service ended: ${output}`);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    process.kill(-(child.pid ?? 0), "SIGTERM");
  });
}

/**
 * `$NAME` is the version that `tariff load … --name name` printed, `$JOB` the first job that a plan
 * printed; functions of the shell stay for the commands after them.
 * @param bin a folder whose programs come before all others
 */
export async function pageShell(folder: string, bin: string | null): Promise<PageShell> {
  const { PATH: path = "", HOME = "" } = process.env;
  const PATH = bin === null ? path : `${bin}:${path}`;
  const cache = join(folder, ".npm");
  const npm = { npm_config_offline: "true", npm_config_cache: cache };
  const environment: NodeJS.ProcessEnv = { PATH, HOME, ...npm };
  const { child, url } = await startService(folder, environment);
  const variables: Record<string, string> = {};
  let functions = "";
  return {
    async run(command) {
      const here = command
        .replaceAll("http://127.0.0.1:2080", url)
        .replaceAll("/tmp/", `${join(folder, "tmp")}/`);
      if (/^\w+\(\) \{/.test(here)) {
        functions += `${here}\n`;
        return "";
      }
      const env = { ...environment, ...variables };
      const { stdout } = await run("bash", ["-ec", `${functions}${here}`], { cwd: folder, env });
      const loaded = /^loaded(?: and active)?: (\w+) (\w+)$/m.exec(stdout);
      if (loaded !== null) {
        // The same content is the same version, under its first name.
        const name = / --name (\w+)/.exec(command)?.[1] ?? loaded[1] ?? "";
        variables[name.toUpperCase()] = loaded[2] ?? "";
      }
      const job = /^job (\S+):/m.exec(stdout)?.[1];
      if (job !== undefined) variables["JOB"] ??= job;
      return stdout;
    },
    stop: () => ended(child),
  };
}
