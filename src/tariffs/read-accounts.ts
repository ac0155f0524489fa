// Reads accounts.csv: which VoIP plan and number rule set an account has, from when on.
import { presetNamed } from "../numbering/rule-sets/presets.ts";
import { nameField, quoted, timeField } from "./csv/field-values.ts";
import { readTable } from "./csv/table.ts";
import type { FaultList } from "./fault-list.ts";
import type { AccountRow } from "./tariff.ts";
import { createTimeReader } from "./time/zoned.ts";

export interface AccountsContext {
  timeZone: string;
  voipPlans: ReadonlySet<string>;
  /** Rule sets of the tariff; the presets are known besides. */
  ruleSets: ReadonlySet<string>;
}

const SHAPE = {
  columns: ["account", "voip_plan", "numbering", "from"],
  mandatory: ["account", "voip_plan"],
} as const;

/** The rows in the order of the file; two rows of one account from one instant on are a fault. */
export function readAccounts(
  file: string,
  text: string,
  context: AccountsContext,
  faults: FaultList,
): AccountRow[] {
  const rows: AccountRow[] = [];
  const lines = new Map<string, number>();
  const readTime = createTimeReader(context.timeZone);
  readTable(file, text, SHAPE, faults, (row) => {
    const account = nameField(row, "account");
    const voipPlan = nameField(row, "voip_plan");
    if (voipPlan !== "" && !context.voipPlans.has(voipPlan)) {
      row.fault("voip_plan", "unknown-voip-plan", quoted(voipPlan));
    }
    const numbering = row.text("numbering");
    if (numbering !== "" && !isRuleSet(numbering, context.ruleSets)) {
      row.fault("numbering", "unknown-rule-set", quoted(numbering));
    }
    const fromMs = timeField(row, "from", readTime);
    if (row.faulty) return;
    const key = `${fromMs ?? ""}|${account}`;
    const other = lines.get(key);
    if (other !== undefined)
      row.fault("account", "duplicate-row", `The other is in line ${other}.`);
    lines.set(key, other ?? row.line);
    rows.push({ line: row.line, account, voipPlan, numbering: numbering || null, fromMs });
  });
  return rows;
}

/** True for a rule set of the tariff and for a preset. */
export function isRuleSet(name: string, ruleSets: ReadonlySet<string>): boolean {
  return ruleSets.has(name) || presetNamed(name) !== null;
}
