// What every command is given: output, settings, and a way to say its exit code.
import type { Settings } from "../config/config.ts";
import type { Output } from "./output.ts";

export interface CommandParts {
  output: Output;
  /** Settings from file, environment and the global flags. */
  settings(): Settings;
  /** The settings file that was named. */
  settingsPath(): string | undefined;
  /** Sets the exit code of the run, when it is not 0. */
  exit(code: number): void;
}
