// The text of a double as an amount: the shortest decimal that reads back as the same double.

/** Never an exponent: 1e-7 is `0.0000001`, 6e21 is `6000000000000000000000`. */
export function doubleText(value: number): string {
  const text = String(value === 0 ? 0 : value);
  const exponentAt = text.indexOf("e");
  if (exponentAt < 0) return text;
  const sign = text.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = text.slice(sign.length, exponentAt).split(".");
  const exponent = Number(text.slice(exponentAt + 1));
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}
