// The address of the MongoDB test server of this run, for any test file that needs one.
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Loopback address that starts the server when first asked, and answers its URI. */
    mongoBroker: string;
  }
}

/**
 * The server's URI, started once per run when first asked for; null where no server can be had
 * (said in the test output). Each test file adds a database name of its own. Throws under
 * CI=true and CDRATE_REQUIRE_MONGO=1 instead of answering null.
 */
export async function mongoTestUri(): Promise<string | null> {
  const response = await fetch(inject("mongoBroker"));
  const uri = await response.text();
  if (response.ok) return uri;
  if (process.env["CI"] === "true" || process.env["CDRATE_REQUIRE_MONGO"] === "1") {
    throw new Error(`MongoDB tests are required here, but there is no server: ${uri}`);
  }
  return null;
}
