// What of two native tariffs a back-test goes by: the same in a worker thread and in place.
import { type ChangedRows, changedRows } from "../../../tariffs/diff/changed-rows.ts";
import { readTariff } from "../../../tariffs/read-folder.ts";
import type { Fault } from "../../../tariffs/tariff.ts";

export interface ChangesRequest {
  /** Files of a native tariff; null: there is none before. */
  from: Record<string, string> | null;
  to: Record<string, string>;
}

export type ChangesReply =
  | {
      ok: true;
      /** Null without `from`. */
      rows: ChangedRows | null;
      /** The zone of the second one. */
      timeZone: string;
    }
  | { ok: false; faults: Fault[] };

export function changesOfFolders({ from, to }: ChangesRequest): ChangesReply {
  const fresh = readTariff(to, { lint: false });
  if (!fresh.ok) return { ok: false, faults: fresh.faults };
  const { timeZone } = fresh.tariff.rules;
  if (from === null) return { ok: true, rows: null, timeZone };
  const old = readTariff(from, { lint: false });
  if (!old.ok) return { ok: false, faults: old.faults };
  return { ok: true, rows: changedRows(old.tariff, fresh.tariff), timeZone };
}
