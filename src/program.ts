// Where this program's own files are, from sources and as built, and threads of it. The build puts what
// files share right below its folder, as this file is below `src/`: no other file asks where it is.
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/** The folder of the package: what it has beside the program. */
export const PACKAGE_FOLDER: URL = new URL("..", import.meta.url);

const FROM_SOURCES = import.meta.url.endsWith(".ts");

/** @param entry a file's path below `src/`, without its ending; one of `scripts/build.mjs` */
function entryUrl(entry: string): URL {
  return new URL(`./${entry}${FROM_SOURCES ? ".ts" : ".js"}`, import.meta.url);
}

/** What node runs, for a further process. */
export const PROGRAM_FILE: string = fileURLToPath(entryUrl("main"));

/**
 * Built files run as they are, sources are loaded through tsx.
 * @param entry the file's path below `src/`, without its ending; one of `scripts/build.mjs`
 */
export function startThread(
  entry: string,
  options: Pick<WorkerOptions, "workerData" | "resourceLimits"> = {},
): Worker {
  const url = entryUrl(entry);
  if (!FROM_SOURCES) return new Worker(url, options);
  const [loader, source] = ["tsx/esm/api", url.href];
  const code = `import(${JSON.stringify(loader)}).then((tsx) => {
    tsx.register();
    return import(${JSON.stringify(source)});
  });`;
  // What the process was started with, tsx perhaps, is not loaded a second time.
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}
