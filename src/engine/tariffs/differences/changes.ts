// What of two native tariffs a back-test and the gates go by: the same in a worker thread and in place.
import { type ChangedRows, changedRows } from "../../../tariffs/diff/changed-rows.ts";
import { type MoveTimes, type PriceMoves, priceMoves } from "../../../tariffs/diff/price-moves.ts";
import { readTariff } from "../../../tariffs/read-folder.ts";
import type { Fault } from "../../../tariffs/tariff.ts";

export interface ChangesRequest {
  /** Files of a native tariff; null: there is none before. */
  from: Record<string, string> | null;
  to: Record<string, string>;
  /** Rates that move are wanted too. */
  moves?: MoveTimes;
}

export type ChangesReply =
  | {
      ok: true;
      /** Null without `from`. */
      rows: ChangedRows | null;
      /** The zone of the second one. */
      timeZone: string;
      /** Null where they are not wanted, and without `from`. */
      moves: PriceMoves | null;
    }
  | { ok: false; faults: Fault[] };

export function changesOfFolders({ from, to, moves }: ChangesRequest): ChangesReply {
  const fresh = readTariff(to, { lint: false });
  if (!fresh.ok) return { ok: false, faults: fresh.faults };
  const { timeZone } = fresh.tariff.rules;
  if (from === null) return { ok: true, rows: null, timeZone, moves: null };
  const old = readTariff(from, { lint: false });
  if (!old.ok) return { ok: false, faults: old.faults };
  const moved = moves === undefined ? null : priceMoves(old.tariff, fresh.tariff, moves);
  return { ok: true, rows: changedRows(old.tariff, fresh.tariff), timeZone, moves: moved };
}
