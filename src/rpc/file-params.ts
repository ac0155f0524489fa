// A file in the params of a method: as text, as base64, or uploaded before.
import { z } from "zod";
import type { Scope } from "../access/scope.ts";
import type { Engine } from "../engine/engine.ts";
import type { Pieces } from "../engine/files/content.ts";
import { engineError } from "../errors.ts";
import { type Dialect, dialectSchema } from "../tables/dialect.ts";
import { name } from "./shapes.ts";

export const uploadId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "64 hex digits, as upload.begin answers");

export const base64 = z.base64("base64");

export const fileParams = {
  content: z
    .string()
    .max(2_000_000)
    .optional()
    .describe("the file as text, which is sent in UTF-8"),
  base64: base64.max(2_000_000).optional().describe("the file as it is, in any encoding or packed"),
  upload: uploadId.optional().describe("the file as it was uploaded"),
};

/** How such a file is written. */
export const fileDialect = z
  .union([name, dialectSchema])
  .optional()
  .describe("of the file: a stored name, or the dialect; absent: the one that the plan has");

/** What such a file is. */
export const fileList = z
  .enum(["full", "amendment"])
  .optional()
  .describe(
    "whether the file has every code, or what is new, changed and closed alone; absent: as its dialect says, else every code",
  );

/** By its name; one that is given whole is called as the plan. @throws `not-found` */
export async function namedDialect(
  dialect: z.output<typeof fileDialect>,
  { engine, plan, scope }: { engine: Engine; plan: string; scope: Scope },
): Promise<{ name: string; dialect: Dialect } | undefined> {
  if (dialect === undefined) return undefined;
  if (typeof dialect !== "string") return { name: plan, dialect };
  return { name: dialect, dialect: (await engine.files.dialects.get(dialect, scope)).dialect };
}

interface FileParams {
  content?: string | undefined;
  base64?: string | undefined;
  upload?: string | undefined;
}

/** @throws `invalid-params` */
export function requireOneFile({ content, base64: packed, upload }: FileParams): void {
  const given = [content, packed, upload].filter((one) => one !== undefined);
  if (given.length === 1) return;
  throw engineError("invalid-params", "Give one of content, base64 and upload.", {
    path: "content",
  });
}

/** @throws `not-found`, `conflict` for an upload that is not whole */
export async function fileContent(
  { content, base64: packed, upload }: FileParams,
  { engine, by }: { engine: Engine; by: string },
): Promise<Pieces> {
  if (upload !== undefined) {
    const { id } = await engine.files.uploads.whole(upload, by);
    return engine.files.uploads.pieces(id);
  }
  return onePiece(
    content === undefined ? Buffer.from(packed ?? "", "base64") : Buffer.from(content),
  );
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
