// In tests this stands for src/thread.ts: the threads are those of the build, which the tests' setup
// keeps as new as the sources.
import { Worker } from "node:worker_threads";
import type { startThread as startSource } from "../src/thread.ts";

const SOURCES = new URL("../src/", import.meta.url).href;
const BUILD = new URL("../dist/", import.meta.url).href;

export const startThread: typeof startSource = (entry, from, options = {}) => {
  const { href } = new URL(`${entry}.js`, from);
  // What this process was started with is of the test runner.
  return new Worker(new URL(href.replace(SOURCES, BUILD)), { ...options, execArgv: [] });
};
