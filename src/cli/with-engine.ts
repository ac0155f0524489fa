// The engine over the store of the settings, for commands that need no service.
import { composeEngine, createLog } from "../compose/compose.ts";
import type { Engine } from "../engine/engine.ts";
import type { CommandParts } from "./command-parts.ts";

/** Opens the store of the settings for one use and closes it whatever happens. */
export async function withEngine<Result>(
  parts: CommandParts,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const settings = parts.settings();
  const engine = await composeEngine(settings, { log: createLog("warn") });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}
