// Starting a thread of this program: built files run as they are, sources are loaded through tsx.
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * @param entry the URL of the file without its ending, which is that of the file that asks
 * @param from `import.meta.url` of the file that asks
 */
export function startThread(
  entry: string,
  from: string,
  options: Pick<WorkerOptions, "workerData" | "resourceLimits"> = {},
): Worker {
  if (!from.endsWith(".ts")) return new Worker(new URL(`${entry}.js`, from), options);
  const [loader, source] = ["tsx/esm/api", new URL(`${entry}.ts`, from).href];
  const code = `import(${JSON.stringify(loader)}).then((tsx) => {
    tsx.register();
    return import(${JSON.stringify(source)});
  });`;
  // What the process was started with, tsx perhaps, is not loaded a second time.
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}
