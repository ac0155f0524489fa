// A server in a process of its own, for what must be killed or measured from outside.
import { type ChildProcess, spawn } from "node:child_process";
import { ROOT } from "../program.ts";

export interface ServerProcess {
  child: ChildProcess;
  url: string;
}

/**
 * Runs node with `args`; resolves once it says where it listens. `log` is the file descriptor of its standard
 * error. @throws when it ends before
 */
export async function startProcess(
  args: string[],
  { log = "inherit" }: { log?: number | "inherit" } = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", log],
    // One process is what is looked into, unless its arguments say another number.
    env: { ...process.env, CDRATE_WORKERS: "1" },
  });
  let output = "";
  for await (const chunk of child.stdout ?? []) {
    output += chunk;
    const url = /listens on (http:\/\/\S+)/.exec(output)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error(`it ended: ${output}`);
}

/** Asks it to end, and waits until it has. */
export function stopProcess({ child }: ServerProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
