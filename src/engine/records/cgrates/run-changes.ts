// What chargers change in a call for their runs, over every version that there is: a CDR that is selected by a
// field that none of them changes has that field in all of its runs.
import { forEachRow } from "../../../cgrates/folder/csv-rows.ts";
import { createFaultList } from "../../../cgrates/folder/fault-list.ts";
import { parseChange } from "../../../cgrates/folder/read-chargers.ts";
import type { ChargerChange } from "../../../cgrates/plan.ts";
import type { Store } from "../../../stores/store.ts";

const FILE = "Chargers.csv";
const ATTRIBUTES_COLUMN = 5;

export async function runChanges({ tariffs }: Pick<Store, "tariffs">): Promise<ChargerChange[]> {
  const changes: ChargerChange[] = [];
  for (const text of await tariffs.textsOf(FILE)) {
    forEachRow({ file: FILE, text, faults: createFaultList() }, ({ fields }) => {
      for (const rule of (fields[ATTRIBUTES_COLUMN] ?? "").split(";")) {
        const change = parseChange(rule);
        if (change !== null) changes.push(change);
      }
    });
  }
  return changes;
}
