// Names of things in the settings whose state is kept in the store under their name.
import { z } from "zod";

export const ownName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, "1 to 64 letters, digits, `.`, `_` or `-`");

/** A check of a list: each name once. */
export function requireOwnNames(
  list: readonly { name: string }[],
  context: Pick<z.core.$RefinementCtx, "addIssue">,
): void {
  const names = new Set<string>();
  list.forEach(({ name }, index) => {
    if (names.has(name)) {
      context.addIssue({
        code: "custom",
        path: [index, "name"],
        message: `${name} comes twice.`,
      });
    }
    names.add(name);
  });
}
