// CDRs as lines of a file, one file an hour or a day of writing. A file has its name when its time is
// over; until then it ends in `.part`.
import { join } from "node:path";
import { EVERYTHING, seenBy } from "../../access/scope.ts";
import { seenColumns } from "../../access/views.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import { wholeNumber } from "../../feeds/contract.ts";
import { csvLine } from "../../queries/csv-text.ts";
import { columnReader } from "../../queries/export-columns.ts";
import type { Output, OutputKind, OutputParts } from "../contract.ts";
import { sentCdr } from "../record.ts";
import type { FilesSettings } from "../settings.ts";
import { append, finish } from "./growing.ts";
import { fileNameAt } from "./period.ts";

/** CDRs of one write to the disk. */
const AT_ONCE = 500;

export const FILES: OutputKind<FilesSettings> = {
  batch: () => AT_ONCE,
  create: createFiles,
};

function createFiles(settings: FilesSettings, { clock, warned }: OutputParts): Output {
  const lines = linesOf(settings);
  const pathOf = (file: string) => join(settings.folder, file);

  return {
    async turn(kept, isSending) {
      const now = fileNameAt(settings, clock());
      const { file, bytes } = kept;
      if (file === now || (file === undefined && !isSending)) return kept;
      if (typeof file === "string") await finish(pathOf(file), wholeNumber(bytes));
      if (!isSending) return {};
      // What somebody else began under this name stays as it is, under a name of its own.
      await finish(pathOf(now), Number.POSITIVE_INFINITY);
      return { file: now, bytes: 0 };
    },
    async send(cdrs, { file, bytes }) {
      if (typeof file !== "string") throw new Error("the file was named before");
      const { header, line } = lines;
      const text = cdrs.map(line).join("");
      const path = pathOf(file);
      const written = await append(path, { bytes: wholeNumber(bytes), header, lines: text });
      warned(written.fault);
      return { file, bytes: written.bytes };
    },
  };
}

function linesOf({ format, columns, seesBuy }: FilesSettings): {
  header: string;
  line(cdr: StoredCdr): string;
} {
  if (format === "jsonl" && columns === undefined) {
    return { header: "", line: (cdr) => `${JSON.stringify(sentCdr(cdr))}\n` };
  }
  const names = columns ?? seenColumns(seenBy({ ...EVERYTHING, seesBuy }));
  const readers = names.map((name) => [name, columnReader(name)] as const);
  if (format === "csv") {
    const line = (cdr: StoredCdr) => csvLine(readers.map(([, read]) => read(cdr)));
    return { header: csvLine([...names]), line };
  }
  const view = (cdr: StoredCdr) =>
    Object.fromEntries(readers.map(([name, read]) => [name, read(cdr)]));
  return { header: "", line: (cdr) => `${JSON.stringify(view(cdr))}\n` };
}
