// What commands print: answers on standard output, faults on standard error.
import { EngineError } from "../errors.ts";

/** Exit codes that scripts can use. */
export const EXIT = { ok: 0, failed: 1, usage: 2, faults: 3, unavailable: 4 } as const;

/** What each exit code says, in `--help` and in the docs. */
const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "done",
  failed: "not done, or a check did not hold: the answer says which",
  usage: "a flag, a param or a setting is wrong; nothing was done",
  faults: "the tariff has faults",
  unavailable: "the store or the service cannot be reached",
};

/** The exit codes as lines of the help. */
export function exitCodesText(): string {
  const lines = Object.entries(EXIT).map(
    ([name, code]) => `  ${code}  ${EXIT_MEANINGS[name as keyof typeof EXIT]}`,
  );
  return ["Exit codes:", ...lines].join("\n");
}

export interface Output {
  print(text: string): void;
  printJson(value: unknown): void;
  warn(text: string): void;
  /** A block as it is; resolves when the reader took it. */
  write(block: string): Promise<void>;
}

export const processOutput: Output = {
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  printJson: (value) => {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  },
  warn: (text) => {
    process.stderr.write(`${text}\n`);
  },
  write: (block) =>
    new Promise((resolve, reject) => {
      process.stdout.write(block, (error) => (error ? reject(error) : resolve()));
    }),
};

/** Rows as aligned columns; numbers to the right. */
export function table(headers: string[], rows: string[][]): string {
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = headers.map((_, column) =>
    rows.every((row) => /^([-+]?[\d.]+( [A-Z]{3})?|—|)$/.test(row[column] ?? "")),
  );
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) =>
        isNumber[column] === true
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [line(headers), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join(
    "\n",
  );
}

/** The lines of a text, two spaces in. */
export function indented(text: string): string[] {
  return text.split("\n").map((line) => `  ${line}`);
}

/** Says what went wrong, as text or JSON; answers the exit code. */
export function reportError(error: unknown, output: Output, asJson: boolean): number {
  if (!(error instanceof EngineError)) return reportUnexpected(error, output, asJson);
  const { code, message, detail } = error;
  if (asJson) {
    const { path, place, hint, data } = detail;
    output.printJson({ error: { code, message, path, place, hint, ...data } });
  } else {
    output.warn(`cdrate: ${message}${detail.place === undefined ? "" : ` (${detail.place})`}`);
    if (detail.hint !== undefined) output.warn(detail.hint);
  }
  if (code === "store-unavailable") return EXIT.unavailable;
  if (code === "invalid-params" || code === "invalid-settings") return EXIT.usage;
  return code === "tariff-faults" ? EXIT.faults : EXIT.failed;
}

/** A fault of the system (a file, the network) in its own words; one of this program is named so. */
function reportUnexpected(error: unknown, output: Output, asJson: boolean): number {
  const { message, code, stack } = Object(error) as NodeJS.ErrnoException;
  const text = message ?? String(error);
  const isOfSystem = typeof code === "string";
  if (asJson) output.printJson({ error: { code: "internal", message: text } });
  else if (isOfSystem) output.warn(`cdrate: ${text}`);
  else {
    output.warn(`cdrate: a fault of this program: ${text}`);
    output.warn("Please report it; CDRATE_STACK=1 shows where it came from.");
  }
  if (process.env["CDRATE_STACK"] === "1" && stack !== undefined) output.warn(stack);
  return EXIT.failed;
}
