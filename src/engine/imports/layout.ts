// How a file that is to be imported is written: its format, and its dialect where it is a table.
import { engineError } from "../../errors.ts";
import {
  fileFormat,
  IMPORT_FORMATS,
  type ImportFormat,
} from "../../formats/tables/file-formats.ts";
import { TABLE_LAYOUTS } from "../../formats/tables/layouts.ts";
import { type Dialect, type KnownDialect, PLAIN_DIALECT } from "../../tables/dialect.ts";
import type { Doubt } from "../../tables/sniff/doubt.ts";

/** @throws `invalid-params` */
export function importFormat(name: string): ImportFormat {
  const found = fileFormat(name);
  if (found !== null) return found;
  throw engineError("invalid-params", `There is no format ${name} of files.`, {
    path: "format",
    hint: `It is one of ${IMPORT_FORMATS.join(", ")}.`,
  });
}

/** Doubts that are no reason to ask: the row is refused, and can be retried. */
const SAFE = new Set(["ragged"]);

/**
 * The dialect of a file: what is known, what its layout says, and what is sniffed.
 * @throws `invalid-params` with the doubts that nobody answered
 */
export async function importDialect(
  name: string,
  {
    known,
    sniff,
  }: {
    known: KnownDialect;
    sniff(known: KnownDialect): Promise<{ dialect: Dialect; doubts: Doubt[] }>;
  },
): Promise<Dialect> {
  if (importFormat(name).shape !== "table") return PLAIN_DIALECT;
  const layout = TABLE_LAYOUTS[name];
  const found = await sniff({ ...layout?.dialect, ...known });
  const isOwn = name === "csv";
  const open = found.doubts.filter(({ code }) => {
    // A layout says itself what its columns are.
    const isMapped = code.startsWith("map.") && !isOwn;
    return !SAFE.has(code) && !isMapped;
  });
  if (open.length === 0) {
    const map = isOwn ? found.dialect.map : (known.map ?? {});
    return { ...found.dialect, map };
  }
  const questions = open.map(({ code, question }) => `${code}: ${question}`).join(" ");
  throw engineError("invalid-params", `The file leaves questions. ${questions}`, {
    path: "dialect",
    hint: "Answer them in `dialect` (on the command line by --answer CODE=VALUE or --map FIELD=COLUMN).",
    data: { doubts: open },
  });
}
