// What does not fit a shape, in one line of text.
import type { z } from "zod";

/** Each fault with the path of its member; one of the whole value has none. */
export function shapeFaults({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}
