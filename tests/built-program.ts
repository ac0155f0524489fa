// In tests this stands for src/program.ts: threads and processes are those of the build, which the tests'
// setup keeps as new as the sources.
import { Worker } from "node:worker_threads";
import type { startThread as startSource } from "../src/program.ts";
import { PROGRAM } from "./program.ts";

export const PACKAGE_FOLDER: URL = new URL("..", import.meta.url);
export const PROGRAM_FILE: string = PROGRAM;

export const startThread: typeof startSource = (entry, options = {}) => {
  const url = new URL(`../dist/${entry}.js`, import.meta.url);
  // What this process was started with is of the test runner.
  return new Worker(url, { ...options, execArgv: [] });
};
