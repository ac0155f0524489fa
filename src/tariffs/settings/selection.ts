// The setting `selection`, and what goes with it alone.
import type { FaultList } from "../fault-list.ts";
import type { Selection, Tariff } from "../tariff.ts";
import type { TariffSettings } from "./members.ts";
import type { YamlSettings } from "./yaml.ts";

/** What CDR-Stats has where its settings say nothing. */
const PREFIX_LIMIT_MIN = 2;
const PREFIX_LIMIT_MAX = 5;

export function selectionFrom(setting: NonNullable<TariffSettings["selection"]>): Selection {
  const said = setting === "cdr-stats" ? {} : setting;
  const { PREFIX_LIMIT_MIN: shortest, PREFIX_LIMIT_MAX: longest } = {
    PREFIX_LIMIT_MIN,
    PREFIX_LIMIT_MAX,
    ...said,
  };
  return { rule: "cdr-stats", shortest, longest };
}

/**
 * Reports a retail plan's priority where no selection asks for it, and under one plans of other
 * currencies than the tariff's: their rates are compared as they stand.
 */
export function checkSelection(
  file: string,
  { yaml, settings }: { yaml: YamlSettings; settings: TariffSettings },
  faults: FaultList,
): void {
  const { selection, currency } = settings;
  for (const kind of ["retailPlans", "carrierPlans"] as const) {
    for (const [name, plan] of Object.entries(settings[kind] ?? {})) {
      const place = (member: string) => yaml.place([kind, name, member]);
      if (selection === undefined && kind === "retailPlans" && plan.priority !== undefined) {
        const detail = `${kind}.${name}.priority goes with \`selection\`.`;
        faults.add(file, place("priority"), "not-supported", detail);
      }
      if (selection !== undefined && plan.currency !== undefined && plan.currency !== currency) {
        const detail = `${kind}.${name}.currency: under \`selection\` every plan has ${currency}.`;
        faults.add(file, place("currency"), "invalid-setting", detail);
      }
    }
  }
}

/** Warns of rows that no number can reach: their prefixes are never looked up. */
export function warnOfWindow({ selection, ...tariff }: Tariff, faults: FaultList): void {
  if (selection === undefined) return;
  const { longest } = selection;
  for (const { deck } of [...tariff.retailPlans, ...tariff.carrierPlans]) {
    for (const { prefix, line } of deck.rows) {
      // Zeros in front of a number are no digits of it there: a short prefix can be reached by them.
      const isReached = prefix !== "" && !prefix.startsWith("0") && prefix.length <= longest;
      if (isReached) continue;
      const detail = `${prefix || "*"}: \`selection\` looks up 1 to ${longest} digits without zeros in front.`;
      faults.add(deck.file, { line, column: 1 }, "unreachable-prefix", detail);
    }
  }
}
