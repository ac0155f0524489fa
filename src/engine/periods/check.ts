// Whether closed statements still are what their hashes say, and the sums of what they say of each CDR.
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { Store } from "../../stores/store.ts";
import { statementFaults } from "./finish.ts";

const PAGE = 100;

/** Those that have a part of the period, of the tenants; `see` is told of each by its tenant and number. */
export async function checkPeriods(
  { periods }: Pick<Store, "periods">,
  { tenants, callTime = {} }: Pick<CdrFilter, "tenants" | "callTime">,
  { see, signal }: { see(name: string, faults: string[]): void; signal?: AbortSignal | undefined },
): Promise<void> {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = callTime;
  for (let after = 0; ; ) {
    const own = tenants === undefined ? {} : { tenants };
    const page = await periods.find({ ...own, after, limit: PAGE });
    for (const head of page) {
      if (head.fromMs >= toMs || head.toMs <= fromMs) continue;
      signal?.throwIfAborted();
      const statement = await periods.get(head.id);
      see(`${head.tenant} ${head.number}`, await faultsOf(periods, statement));
    }
    if (page.length < PAGE) return;
    after = page.at(-1)?.sequence ?? after;
  }
}

async function faultsOf(
  periods: Store["periods"],
  statement: Awaited<ReturnType<Store["periods"]["get"]>>,
): Promise<string[]> {
  if (statement === null) return ["it is not there"];
  try {
    return await statementFaults(periods, statement);
  } catch (error) {
    // What is stored is no JSON any more, or no amount.
    if (error instanceof SyntaxError || error instanceof RangeError) {
      return [`cannot be read: ${error.message}`];
    }
    throw error;
  }
}
