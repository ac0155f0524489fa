// What the store's place and its latest records tell: room, damage, clocks, the time of the last call.
import type { StoreCondition } from "../../stores/ports/condition.ts";
import { type Finding, notWell, ok, sizeText, spanText } from "./findings.ts";

/** Less than this, or than this share of the store's own size, is little room. */
const LITTLE_BYTES = 2e9;
const LITTLE_SHARE = 0.1;
/** With less than this the next hours are in doubt. */
const LEAST_BYTES = 200e6;
/** Beyond this, records of two machines are in another order than they came. */
const CLOCK_MS = 2000;
const CLOCK_REMEDY = "Let NTP set the clock of each machine (timedatectl, chronyc tracking).";

export interface ConditionSeen {
  condition: StoreCondition;
  /** By the clock of this process when the store had answered; epoch milliseconds. */
  serverAskedMs: number;
}

export function conditionFindings({ condition, serverAskedMs }: ConditionSeen): Finding[] {
  const { serverMs } = condition;
  const found = [roomFinding(condition), damageFinding(condition)];
  return serverMs === null ? found : [...found, serverClockFinding(serverMs, serverAskedMs)];
}

/** @param lastReceivedMs of the latest CDR; null: there is none. Both in epoch milliseconds. */
export function lastRecordFinding(lastReceivedMs: number | null, nowMs: number): Finding {
  if (lastReceivedMs === null) return ok("last-record", "No CDR was received yet.");
  if (lastReceivedMs > nowMs + CLOCK_MS) {
    return notWell("fault", "clock", {
      message: `The clock went back: the last CDR was received ${spanText(lastReceivedMs - nowMs)} from now.`,
      remedy: CLOCK_REMEDY,
    });
  }
  const span = spanText(Math.max(0, nowMs - lastReceivedMs));
  return ok("last-record", `The last CDR was received ${span} ago.`);
}

function roomFinding({ bytes, freeBytes }: StoreCondition): Finding {
  const size = `The store takes ${sizeText(bytes)}`;
  if (freeBytes === null) return ok("room", `${size}.`);
  const told = `${size}, and ${sizeText(freeBytes)} are free on its disk.`;
  const remedy = "Make room, or take old CDRs away: docs/retention.md.";
  if (freeBytes < LEAST_BYTES) return notWell("fault", "room", { message: told, remedy });
  // A copy of the store, for a migration or a backup, may be wanted at any time.
  if (freeBytes < Math.max(LITTLE_BYTES, LITTLE_SHARE * bytes)) {
    return notWell("warning", "room", { message: told, remedy });
  }
  return ok("room", told);
}

function damageFinding({ damage, serverMs }: StoreCondition): Finding {
  if (damage === null) {
    return notWell("unknown", "damage", {
      message: "What is stored was not read through.",
      remedy:
        serverMs === null
          ? "Ask with --deep: it takes minutes over a large store."
          : "A MongoDB server looks itself: db.collection.validate() in mongosh.",
    });
  }
  if (damage.length === 0) return ok("damage", "All that is stored can be read.");
  return notWell("fault", "damage", {
    message: `The file is damaged: ${damage.join("; ")}`,
    remedy: "Restore the latest backup beside it, and compare with `cdrate audit`.",
  });
}

function serverClockFinding(serverMs: number, nowMs: number): Finding {
  const apart = Math.abs(nowMs - serverMs);
  if (apart <= CLOCK_MS) return ok("clock", "It is that of the store's server.");
  return notWell("warning", "clock", {
    message: `The clock is ${Math.round(apart / 1000)} s from that of the store's server.`,
    remedy: CLOCK_REMEDY,
  });
}
