// The program as it is built, for tests that start it: the tests' setup keeps it as new as the sources.
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What node runs. */
export const PROGRAM = fileURLToPath(new URL("../dist/main.js", import.meta.url));
