// Names beside the keys of a report: one look-up an answer, whatever the number of its rows.
import { ownOf, type Scope } from "../../access/scope.ts";
import { causeCode } from "../../reports/causes.ts";
import type { Language } from "../../reports/language/languages.ts";
import type { MasterKey, MasterKind } from "../../stores/ports/master/entries.ts";
import { bestWords } from "./causes.ts";
import type { Entries } from "./entries.ts";

type Keys = Readonly<Record<string, string | number | boolean | null>>;

export interface NamesOf {
  accountName?: string | null;
  carrierName?: string | null;
  gatewayName?: string | null;
  causeName?: string | null;
}

export interface MasterNames {
  /**
   * The names of what each row is of, null where none is said; nothing for keys without names. A carrier
   * has one where the tenants in question agree.
   * @param asked.tenants those that the report is of; absent: all of the scope
   */
  of(
    rows: readonly Keys[],
    asked: { tenants?: readonly string[] | undefined; language: Language; scope: Scope },
  ): Promise<NamesOf[]>;
}

const MEMBERS = { carrier: "carrierName", gateway: "gatewayName" } as const;

export function createNames(entries: Entries): MasterNames {
  async function tenantsFor(
    kind: MasterKind,
    { tenants, scope }: { tenants?: readonly string[] | undefined; scope: Scope },
  ): Promise<readonly string[]> {
    if (tenants !== undefined) return ownOf(scope, tenants);
    return scope.tenants ?? (await entries.tenants(kind));
  }

  /** By kind, tenant and id. */
  async function namesFor(keys: readonly MasterKey[]): Promise<Map<string, string>> {
    const held = await entries.getFor(keys);
    return new Map(
      held.flatMap(({ members: { name }, ...key }) =>
        typeof name === "string" ? [[textOf(key), name] as const] : [],
      ),
    );
  }

  async function causeNames(rows: readonly Keys[], language: Language) {
    const codes = rows.map(codeOf).filter((code) => code !== null);
    const best = await bestWords(entries, [...new Set(codes)], language);
    return rows.map((row): NamesOf => {
      const name = best.get(codeOf(row) ?? -1)?.members["name"];
      return { causeName: typeof name === "string" ? name : null };
    });
  }

  async function accountNames(rows: readonly Keys[]) {
    const keys = rows.map(
      ({ tenant, account }): MasterKey => ({
        ...{ kind: "account", tenant: String(tenant), id: String(account) },
      }),
    );
    const names = await namesFor(keys);
    return keys.map((key): NamesOf => ({ accountName: names.get(textOf(key)) ?? null }));
  }

  async function partnerNames(
    rows: readonly Keys[],
    kind: "carrier" | "gateway",
    asked: { tenants?: readonly string[] | undefined; scope: Scope },
  ) {
    const all = rows.some((row) => row["tenant"] === undefined)
      ? await tenantsFor(kind, asked)
      : [];
    const keysOf = ({ tenant, [kind]: id }: Keys): MasterKey[] => {
      if (typeof id !== "string") return [];
      const of = tenant === undefined ? all : [String(tenant)];
      return of.map((one) => ({ kind, tenant: one, id }));
    };
    const names = await namesFor(rows.flatMap(keysOf));
    return rows.map((row): NamesOf => {
      const found = new Set(keysOf(row).flatMap((key) => names.get(textOf(key)) ?? []));
      const [name] = found;
      return { [MEMBERS[kind]]: found.size === 1 ? name : null };
    });
  }

  return {
    async of(rows, { language, ...asked }) {
      const [first] = rows;
      if (first === undefined) return [];
      const parts: NamesOf[][] = [];
      if ("account" in first && "tenant" in first) parts.push(await accountNames(rows));
      if ("carrier" in first) parts.push(await partnerNames(rows, "carrier", asked));
      if ("gateway" in first) parts.push(await partnerNames(rows, "gateway", asked));
      if ("disconnectCause" in first) parts.push(await causeNames(rows, language));
      return rows.map((_row, at) => Object.assign({}, ...parts.map((names) => names[at])));
    },
  };
}

function textOf({ kind, tenant, id }: MasterKey): string {
  return JSON.stringify([kind, tenant, id]);
}

/** Codes beyond Q.850 are a switch's own. */
function codeOf({ disconnectCause: cause }: Keys): number | null {
  if (typeof cause !== "string") return null;
  return /^\d{1,3}$/.test(cause) ? Number(cause) : causeCode(cause);
}
