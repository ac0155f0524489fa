// Texts that are made of a loaded tariff: its files, one plan in any layout, a customer's price list.
import { requireTenants, type Scope } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { planDialect } from "../../../tariffs/decks/named.ts";
import type { Files } from "../../../tariffs/edit/deck.ts";
import type { Fault } from "../../../tariffs/tariff.ts";
import type { TariffCompiler } from "../../ports.ts";
import { tariffFaults } from "../faults.ts";
import { tariffInScope } from "../visible.ts";
import { type BaseParts, baseOf, type ChangedBase } from "./base.ts";
import type { DeriveReply, DeriveRequest } from "./derive-work.ts";

export interface ExportedText {
  version: string;
  text: string;
  /** In base64. */
  xlsx?: string | undefined;
  /** Rows of it. */
  rates: number;
}

/** Each @throws `not-found`, `forbidden` for who does not see a tenant whole. */
export interface TariffExports {
  files(asked: ChangedBase, scope: Scope): Promise<{ version: string; files: Files }>;
  /**
   * `own`: as the plan's deck is written; absent: as a native deck.
   * @throws `invalid-params` for a plan that is not there, or a dialect that cannot say its rates
   */
  plan(
    asked: ChangedBase & { plan: string; dialect?: Dialect | "own" | undefined },
    scope: Scope,
  ): Promise<ExportedText>;
  /**
   * CSV, and a workbook where that is wanted, with the changes against the version `before` where that is said.
   * @throws `too-large` for a workbook of too many rows
   */
  prices(
    asked: ChangedBase & {
      voipPlan: string;
      before?: string | undefined;
      atMs?: number | undefined;
      xlsx?: boolean;
    },
    scope: Scope,
  ): Promise<ExportedText>;
}

export function createTariffExports(parts: BaseParts): TariffExports {
  const { store, clock } = parts;
  return {
    async files(asked, scope) {
      const { facts, files } = await baseOf(parts, asked, scope);
      return { version: facts.version, files };
    },

    async plan({ plan, dialect, ...asked }, scope) {
      const { facts, files } = await baseOf(parts, asked, scope);
      const own = dialect === "own" ? planDialect(files["tariff.yaml"] ?? "", plan) : dialect;
      const { text, rates } = await derived(
        parts,
        { kind: "plan", files, plan, dialect: own ?? null },
        facts.tenants,
      );
      return { version: facts.version, text, rates };
    },

    async prices({ voipPlan, before: other, atMs = clock(), xlsx = false, ...asked }, scope) {
      const { facts, files } = await baseOf(parts, asked, scope);
      let before: Files | null = null;
      if (other !== undefined) {
        const found = await tariffInScope(store, other, { scope, path: "before" });
        requireTenants(scope, found.tenants);
        before = (await store.tariffs.getFiles(other)) ?? {};
      }
      const request = { kind: "prices", files, voipPlan, atMs, before, xlsx } as const;
      const { warnings: _none, ...list } = await derived(parts, request, facts.tenants);
      return { version: facts.version, ...list };
    },
  };
}

/** @throws `tariff-faults`, `invalid-params` */
export async function derived(
  { compiler }: { compiler: Pick<TariffCompiler, "derive"> },
  request: DeriveRequest,
  tenants: readonly string[],
): Promise<{ text: string; rates: number; warnings: Fault[]; xlsx?: string | undefined }> {
  const found: DeriveReply = await compiler.derive(request, tenants.join("\n"));
  if (found.ok) {
    const { text, rates, warnings = [], xlsx } = found;
    return { text, rates, warnings, xlsx };
  }
  if ("faults" in found) throw tariffFaults(found.faults);
  const { path, message } = found;
  throw engineError("invalid-params", `${path}: ${message}.`, { path });
}
