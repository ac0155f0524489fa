// What is done with foreign files, as one object.
import { createDialects, type Dialects } from "./dialects.ts";
import { createUploads, type Uploads } from "./uploads.ts";

export interface Files {
  readonly dialects: Dialects;
  readonly uploads: Uploads;
}

export function createFiles(
  parts: Parameters<typeof createUploads>[0] & Parameters<typeof createDialects>[0],
): Files {
  return { dialects: createDialects(parts), uploads: createUploads(parts) };
}
