// Accounts that are sold through others: no ring, and not too many above one another.

/** The parent of an account; anything but a text: it has none. */
export type ParentOf = (id: string) => Promise<unknown>;

/** Accounts above one another, at most. */
const MOST_PARENTS = 16;

/** What is wrong with a parent; null: nothing is. */
export async function loopFault(
  id: string,
  parent: unknown,
  parentOf: ParentOf,
): Promise<string | null> {
  let above = parent;
  for (let count = 0; typeof above === "string"; count += 1) {
    if (above === id) {
      return "An account cannot be sold through itself, nor through one below it.";
    }
    if (count >= MOST_PARENTS) {
      return `At most ${MOST_PARENTS} accounts can be above one another.`;
    }
    above = await parentOf(above);
  }
  return null;
}
