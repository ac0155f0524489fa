// The time line as text: which version prices the calls of a tenant, from when and until when.
import type { Result } from "../../client/client.ts";
import { type Output, table } from "../output.ts";

type Tariff = Result<"tariff.list">["tariffs"][number];
type Entry = Tariff["activations"][number];

/** What was just activated; a repair that ends too early must not look like a whole one. */
export function activationLine({ tenant, version, from, until, next }: Entry): string {
  const end = until === undefined ? "" : ` until ${until}, when ${next} takes over`;
  return `active for ${tenant} from ${from}${end}: ${version}`;
}

export function printTariffs(output: Output, tariffs: Tariff[], nowMs: number): void {
  output.print(
    table(
      ["version", "name", "tenants", "semantics", "loaded", "state"],
      tariffs.map((one) => [
        one.version,
        one.name,
        one.tenants.join(" "),
        one.semantics,
        one.loadedAt,
        one.activations.some((entry) => stateOf(entry, nowMs) === "in force") ? "active" : "",
      ]),
    ),
  );
  const entries = tariffs
    .flatMap(({ name, activations }) => activations.map((entry) => ({ ...entry, name })))
    .sort(
      (a, b) =>
        compareTexts(a.tenant, b.tenant) ||
        compareTexts(a.from, b.from) ||
        compareTexts(a.activatedAt, b.activatedAt),
    );
  if (entries.length === 0) return;
  output.print("");
  output.print(
    table(
      ["tenant", "from", "until", "version", "name", "state"],
      entries.map((entry) => [
        entry.tenant,
        entry.from,
        entry.until ?? "",
        entry.version,
        entry.name,
        stateOf(entry, nowMs),
      ]),
    ),
  );
}

/** A version with its files, entries of the time line and warnings. */
export function versionText(found: Result<"tariff.get">): string {
  const { version, name, tenants, kind, semantics, loadedAt, counts, ...lists } = found;
  const { activations, files, warnings } = lists;
  const numbers = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
  return [
    `${name} ${version}: ${kind}, ${semantics}, of ${tenants.join(" ")}, loaded ${loadedAt}`,
    numbers.join(", "),
    ...activations.map(activationLine),
    ...warnings.map(({ file, line, code, message }) => `${file}:${line} ${code}: ${message}`),
    ...files.flatMap(({ name: file, characters, text }) => [
      `${file}: ${characters} characters`,
      ...(text === undefined ? [] : [text.trimEnd()]),
    ]),
  ].join("\n");
}

function stateOf({ from, until }: Entry, nowMs: number): string {
  if (until === from) return "replaced";
  if (Date.parse(from) > nowMs) return "to come";
  return until !== undefined && Date.parse(until) <= nowMs ? "ended" : "in force";
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
