// What may be asked of a data base only when a step of its schema has run.
import { engineError } from "../../../errors.ts";
import type { MongoSchema } from "./runner.ts";

/** Asked for until it has. */
export function stepHasRun(schema: MongoSchema, step: number): () => Promise<boolean> {
  let hasRun = false;
  return async () => {
    hasRun ||= (await schema.state()).version >= step;
    return hasRun;
  };
}

/** @throws `conflict` while processes of an older build use the data base */
export async function requireStep(schema: MongoSchema, step: number): Promise<void> {
  if ((await schema.state()).version >= step) return;
  throw engineError("conflict", "Processes of an older build use the store.", {
    hint: "They do not know what is asked for: `system.status` names them as `store.schema.waiting`.",
  });
}
