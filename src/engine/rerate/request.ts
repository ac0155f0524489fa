// What a rerate is asked for, looked at before anything is planned.
import { engineError } from "../../errors.ts";
import { parseDecimal } from "../../money/decimal.ts";
import { differenceText } from "../../money/sum.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { Store } from "../../stores/store.ts";
import { refuseEmptySpan } from "../time-span.ts";
import type { Override, RerateRequest } from "./job.ts";

/**
 * What would be dropped without a word is refused, and what could find no CDR.
 * @throws `invalid-params` naming the member
 */
function requireClear(request: RerateRequest): void {
  const { tariffVersion, asOfMs, overrides, filter } = request;
  if (tariffVersion !== undefined && asOfMs !== undefined) {
    throw engineError("invalid-params", "A named tariff version goes by no time line.", {
      path: "asOf",
      hint: "Give either tariffVersion or asOf.",
    });
  }
  requireOneEach(overrides);
  requireRanges(filter);
}

function requireOneEach(overrides: RerateRequest["overrides"] = []): void {
  const tenantsOf = new Map<string, (string | undefined)[]>();
  for (const [index, { account, tenant }] of overrides.entries()) {
    const others = tenantsOf.get(account) ?? [];
    // One without a tenant is for the account of every tenant.
    const isTwice = others.some(
      (other) => other === tenant || other === undefined || tenant === undefined,
    );
    if (isTwice) {
      throw engineError("invalid-params", `The account ${account} has an override already.`, {
        path: `overrides.${index}.account`,
      });
    }
    tenantsOf.set(account, [...others, tenant]);
  }
}

/** @throws `invalid-params` at a range that can hold nothing */
export function requireRanges(filter: CdrFilter): void {
  requireTimes(filter);
  requireAmounts(filter);
}

function requireTimes(filter: CdrFilter): void {
  for (const name of ["callTime", "answerTime", "setupTime", "receivedAt"] as const) {
    refuseEmptySpan(filter[name] ?? {}, { what: "range", path: `filter.${name}` });
  }
}

function requireAmounts(filter: CdrFilter): void {
  for (const name of ["usage", "sell", "buy", "margin"] as const) {
    const { min, max } = filter[name] ?? {};
    if (min === undefined || max === undefined || isBelow(min, max)) continue;
    throw engineError("invalid-params", "The range is empty: `max` is not above `min`.", {
      path: `filter.${name}.max`,
    });
  }
}

/** Numbers are usage, texts are money, which a number would round. */
function isBelow(left: number | string, right: number | string): boolean {
  if (typeof left === "number" || typeof right === "number") return Number(left) < Number(right);
  const difference = differenceText(parseDecimal(left), parseDecimal(right));
  return difference !== "0" && !difference.startsWith("-");
}

/** A named version prices the calls of its own tenants only; so does that of an override. */
export async function withKnownVersions(
  store: Store,
  request: RerateRequest,
): Promise<RerateRequest> {
  requireClear(request);
  const { tariffVersion, overrides } = request;
  const known = { ...request };
  const tenantsOf = async (version: string, path: string): Promise<string[]> => {
    const facts = await store.tariffs.get(version);
    if (facts === null) {
      throw engineError("not-found", `There is no tariff version ${version}.`, { path });
    }
    const asked = known.filter.tenants;
    const tenants = facts.tenants.filter((tenant) => asked?.includes(tenant) ?? true);
    if (tenants.length > 0) return tenants;
    throw engineError("invalid-params", "That version is of none of the tenants asked for.", {
      path,
    });
  };
  if (tariffVersion !== undefined) {
    known.filter = { ...request.filter, tenants: await tenantsOf(tariffVersion, "tariffVersion") };
  }
  if (overrides !== undefined) {
    const each = await Promise.all(
      overrides.map(async (override, index) => {
        const path = `overrides.${index}`;
        const tenants = await tenantsOf(override.tariffVersion, `${path}.tariffVersion`);
        return ofItsTenants(override, tenants, `${path}.tenant`);
      }),
    );
    known.overrides = each.flat();
  }
  return known;
}

/** One override for each tenant: without a tenant it is for all that the version is of. */
function ofItsTenants(override: Override, tenants: string[], path: string): Override[] {
  const { tenant: named } = override;
  if (named === undefined) return tenants.map((tenant) => ({ ...override, tenant }));
  if (tenants.includes(named)) return [override];
  const fault = `That version, or the filter, is not one of tenant ${named}.`;
  throw engineError("invalid-params", fault, { path });
}
