// Goal: sums of decimal texts are exact, whatever their scales and order. Method: integers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalText } from "../../src/money/decimal.ts";
import { addAmount, compareMagnitudes, differenceText, zeroSum } from "../../src/money/sum.ts";

const SCALE = 12;
/** A number of 10⁻¹² as text with as many decimals as `scale`, if it has no more digits. */
function amountText(digits: bigint, scale: number): string {
  const scaled = digits * 10n ** BigInt(SCALE - scale);
  const magnitude = (scaled < 0n ? -scaled : scaled).toString().padStart(SCALE + 1, "0");
  const text = `${magnitude.slice(0, -SCALE)}.${magnitude.slice(-SCALE)}`;
  return `${scaled < 0n ? "-" : ""}${text.slice(0, text.length - SCALE + scale).replace(/\.$/, "")}`;
}

const amounts = fc.array(
  fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(SCALE)),
  { maxLength: 30 },
);

describe("money sums", () => {
  it("are exact", () => {
    fc.assert(
      fc.property(amounts, (list) => {
        const sum = zeroSum();
        let expected = 0n;
        for (const [digits, scale] of list) {
          addAmount(sum, amountText(digits, scale));
          expected += digits * 10n ** BigInt(SCALE - scale);
        }
        const again = zeroSum();
        addAmount(again, decimalText(sum));
        expect(again.digits * 10n ** BigInt(SCALE - again.scale)).toBe(expected);
        expect(differenceText(again, sum)).toBe("0");
        addAmount(sum, decimalText(sum), -1);
        expect(decimalText(sum)).toBe("0");
      }),
    );
  });

  it.each([
    ["1E-7", "0.0000001"],
    ["-2.50", "-2.5"],
    ["1e3", "1000"],
    ["0.000", "0"],
  ])("%s is %s", (text, plain) => {
    const sum = zeroSum();
    addAmount(sum, text);
    expect(decimalText(sum)).toBe(plain);
  });

  it("compare by size without sign, and refuse what is no number", () => {
    const of = (text: string) => {
      const sum = zeroSum();
      addAmount(sum, text);
      return sum;
    };
    expect(compareMagnitudes(of("-2"), of("1.99"))).toBe(1);
    expect(compareMagnitudes(of("-2"), of("2.00"))).toBe(0);
    expect(compareMagnitudes(of("0.1"), of("-0.11"))).toBe(-1);
    expect(() => of("1,5")).toThrow(RangeError);
  });
});
