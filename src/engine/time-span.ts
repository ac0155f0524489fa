// A span of time that is asked for, half-open: one that ends where it begins holds nothing.
import { engineError } from "../errors.ts";

/** `what` names the span, `path` its member in the request. @throws `invalid-params` at `<path>.to` */
export function refuseEmptySpan(
  { fromMs, toMs }: { fromMs?: number; toMs?: number },
  { what, path }: { what: string; path: string },
): void {
  if (fromMs === undefined || toMs === undefined || fromMs < toMs) return;
  const fault = `The ${what} is empty: \`to\` is not after \`from\`.`;
  throw engineError("invalid-params", fault, { path: `${path}.to` });
}
