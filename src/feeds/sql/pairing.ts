// Calls that a switch tells in two rows: each half waits in the store for the other one, so that the
// place in the table need not wait for the end of a call.
import { createHash } from "node:crypto";
import { pairBytes, type RowPart } from "../../formats/sql/acc.ts";
import { type Columns, rowBytes } from "../../formats/sql/columns.ts";
import type { CallHalf, CallHalfStore } from "../../stores/ports/call-halves.ts";
import type { FeedBytes, FeedParts } from "../contract.ts";

export interface PairingParts extends Pick<FeedParts, "name" | "clock" | "deliver" | "count"> {
  halves: CallHalfStore;
  /** Name of the format that reads a call. */
  format: string;
  partOf(columns: Columns): RowPart;
  /** How long a half waits. */
  mostMs: number;
  /** How late a row may be read again: for so long a half that is paired is known. */
  overlapMs: number;
}

export interface Pairing {
  /** Resolves when each row is durable: as a call, in suspense, or as a half that waits. */
  take(rows: readonly Columns[]): Promise<void>;
  /** Suspends what has waited too long, and forgets what was paired long ago. */
  tend(): Promise<void>;
}

type Side = CallHalf["side"];

const DAY_MS = 86_400_000;
/** Old halves that are looked at together. */
const PIECE = 200;
const UNFINISHED = {
  begin: "The INVITE was answered, and no BYE of its call came for so long as is waited.",
  end: "The BYE is of a call whose INVITE did not come.",
};

export function createPairing(parts: PairingParts): Pairing {
  const { halves, format, clock, name } = parts;

  async function takeHalves(some: readonly { call: string; side: Side; bytes: Uint8Array }[]) {
    const sinceMs = clock();
    await halves.put(
      some.map(({ call, side, bytes }) => {
        return { id: idOf(name, call, side), feed: name, side, bytes, sinceMs, isPaired: false };
      }),
    );
    const calls = [...new Set(some.map(({ call }) => call))];
    const ids = calls.map((call) => [idOf(name, call, "begin"), idOf(name, call, "end")] as const);
    const found = new Map((await halves.getFor(ids.flat())).map((half) => [half.id, half]));
    const pairs = ids.flatMap(([beginId, endId]) => {
      const [begin, end] = [found.get(beginId), found.get(endId)];
      if (begin === undefined || end === undefined) return [];
      return begin.isPaired && end.isPaired ? [] : [{ begin, end }];
    });
    if (pairs.length === 0) return;
    await parts.deliver(
      pairs.map(({ begin, end }) => ({ bytes: pairBytes(begin.bytes, end.bytes), format })),
    );
    await halves.pair(pairs.flatMap(({ begin, end }) => [begin.id, end.id]));
  }

  async function suspendOld(): Promise<void> {
    const query = { feed: name, isPaired: false, beforeMs: clock() - parts.mostMs, limit: PIECE };
    for (let old = await halves.older(query); old.length > 0; old = await halves.older(query)) {
      await parts.deliver(
        old.map(({ bytes, side }): FeedBytes => {
          return { bytes, format, fault: { reason: "call-unfinished", detail: UNFINISHED[side] } };
        }),
      );
      await halves.remove(old.map(({ id }) => id));
    }
  }

  async function forgetPaired(): Promise<void> {
    const beforeMs = clock() - parts.mostMs - parts.overlapMs - DAY_MS;
    const query = { feed: name, isPaired: true, beforeMs, limit: PIECE };
    for (let old = await halves.older(query); old.length > 0; old = await halves.older(query)) {
      await halves.remove(old.map(({ id }) => id));
    }
  }

  return {
    async take(rows) {
      const read = rows.map((columns) => ({
        part: parts.partOf(columns),
        bytes: rowBytes(columns),
      }));
      const whole = read.filter(({ part }) => part.kind === "whole");
      if (whole.length > 0) await parts.deliver(whole.map(({ bytes }) => ({ bytes, format })));
      const some = read.flatMap(({ part, bytes }) =>
        part.kind === "begin" || part.kind === "end"
          ? [{ call: part.call, side: part.kind, bytes }]
          : [],
      );
      if (some.length > 0) await takeHalves(some);
      const others = read.length - whole.length - some.length;
      if (others > 0) parts.count({ rowsOfNoCall: others });
    },
    async tend() {
      await suspendOld();
      await forgetPaired();
    },
  };
}

function idOf(feed: string, call: string, side: Side): string {
  return createHash("sha256")
    .update(JSON.stringify([feed, call, side]))
    .digest("hex");
}
