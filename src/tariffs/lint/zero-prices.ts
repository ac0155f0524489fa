// Notes rows that cost nothing at all: what is meant to be free, or a price that was lost.
import { callingCodeOf } from "../../numbering/dial-codes.ts";
import type { Deck } from "../tariff.ts";
import type { DeckFaults } from "./place.ts";

/** What is called free of charge all over the world. */
const FREEPHONE = "800";
/** Of so many digits a code is no short number. */
const LONG_DIGITS = 5;

/** Short numbers (112, 061, 1717) are often free: they are not told. */
export function warnOfZeroPrices({ rows }: Deck, faults: DeckFaults): void {
  for (const row of rows) {
    const { rate, connectFee, minimumAmount, status, prefix } = row;
    if (rate !== "0" || connectFee !== "0" || status === "blocked") continue;
    if (minimumAmount !== null && minimumAmount !== "0") continue;
    const code = callingCodeOf(prefix);
    const isShort = prefix !== "" && prefix !== code && prefix.length < LONG_DIGITS;
    if (isShort || code === FREEPHONE) continue;
    faults.add(row, "rate", "zero-price", `${prefix || "*"} costs nothing.`);
  }
}
