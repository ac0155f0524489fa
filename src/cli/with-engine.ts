// The engine over the store of the settings, for commands that need no service.
import { composeEngine } from "../compose/engine.ts";
import { createLog } from "../compose/log.ts";
import { openStore } from "../compose/open-store.ts";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../errors.ts";
import type { CommandParts } from "./command-parts.ts";

/**
 * What becomes of a store that is not there: `refuse` it, as a misspelt one; `make` it, by commands
 * that bring the first thing into it; go on with an `empty` one that is not kept.
 */
export type MissingStore = "refuse" | "make" | "empty";

/** Opens the store of the settings for one use and closes it whatever happens. */
export async function withEngine<Result>(
  parts: CommandParts,
  use: (engine: Engine) => Promise<Result>,
  missing: MissingStore = "refuse",
): Promise<Result> {
  const settings = parts.settings();
  const log = createLog("warn");
  const store = await openStore(settings, { mustExist: missing !== "make" }).catch(
    (error: unknown) => {
      const isMissing = error instanceof EngineError && error.detail.data?.["isMissing"] === true;
      if (missing !== "empty" || !isMissing) throw error;
      return openStore({ ...settings, store: "sqlite::memory:" });
    },
  );
  const engine = await composeEngine(settings, { log, store });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}
