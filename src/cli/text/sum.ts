// The money of a batch as people read it, and what it lacks.
import type { Result } from "../../client/client.ts";

type Sum = Result<"batch.reconcile">["sums"][number];

export function sumText({ calls, sell, currency, buy, buyCurrency }: Sum): string {
  const money = (amount: string | null, unit: string | null) => `${amount ?? "—"} ${unit ?? ""}`;
  return `${calls} calls · sell ${money(sell, currency)} · buy ${money(buy, buyCurrency)}`;
}

/** What the source did not send, as far as its numbers tell. */
export function missingLines({
  lines,
  completeness: { expected, sequence },
}: Pick<Result<"batch.get">, "lines" | "completeness">): string[] {
  const count =
    expected === null || expected === lines
      ? []
      : [`${expected} records were expected, and it has ${lines}`];
  if (sequence === null || sequence.missing === 0) return count;
  const gaps = sequence.gaps.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  return [
    ...count,
    `${sequence.missing} numbers of ${sequence.field} are missing: ${gaps.join(", ")}`,
  ];
}
