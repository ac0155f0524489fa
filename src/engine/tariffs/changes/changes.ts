// Versions that differ from another in one thing: a carrier's new file, or one rate.
import { EVERYTHING, type Scope } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import { deckUseOf, withDeck } from "../../../tariffs/edit/deck.ts";
import type { RateCells, RateEdit } from "../../../tariffs/edit/rate.ts";
import { withSetting } from "../../../tariffs/edit/settings-text.ts";
import type { MarkupRule } from "../../../tariffs/tariff.ts";
import type { TariffLife } from "../life.ts";
import {
  type BaseParts,
  baseOf,
  type ChangedBase,
  type ChangedTariff,
  loadChanged,
} from "./base.ts";
import { derived } from "./exports.ts";
import { type DeckFile, noPlan, tariffWithDeck } from "./with-deck.ts";

export type { ChangedTariff, RateCells };

export interface TariffChanges {
  /**
   * The whole is checked and loaded; it is not activated. @throws `tariff-faults`, `not-found`,
   * `forbidden`, `too-large`, `invalid-params`
   */
  replaceDeck(asked: ChangedBase & DeckFile, scope?: Scope): Promise<ChangedTariff>;
  /** Of a native deck. @throws as `replaceDeck` */
  edit(
    asked: ChangedBase & { plan: string; edit: RateEdit },
    scope?: Scope,
  ): Promise<ChangedTariff & { before: RateCells | null; after: RateCells | null }>;
  /**
   * A retail plan's deck from what carriers charge at a time, by the rule that is given, which the plan
   * then keeps, or by the one that it has. @throws as `replaceDeck`
   */
  markup(
    asked: ChangedBase & { plan: string; rule?: MarkupRule | undefined; atMs?: number | undefined },
    scope?: Scope,
  ): Promise<ChangedTariff & { rates: number }>;
}

interface Parts extends BaseParts {
  tariffs: Pick<TariffLife, "load">;
}

export function createTariffChanges(parts: Parts): TariffChanges {
  return {
    async replaceDeck({ plan, pieces, dialect, list, ...asked }, scope = EVERYTHING) {
      const base = await baseOf(parts, asked, scope);
      const { tenants } = base.facts;
      const file = { plan, pieces, dialect, list };
      const { files, warnings } = await tariffWithDeck(parts, { files: base.files, tenants }, file);
      const loaded = await loadChanged(parts, base, { ...asked, files, scope });
      return { ...loaded, warnings: [...warnings, ...loaded.warnings] };
    },

    async edit({ plan, edit, ...asked }, scope = EVERYTHING) {
      const base = await baseOf(parts, asked, scope);
      const use = deckUseOf(base.files, plan);
      if (use === null) throw noPlan(plan);
      if (use.dialect !== null) {
        throw engineError("invalid-params", `plan: the deck of ${plan} is a file of others.`, {
          path: "plan",
          hint: "Replace it by a new file (tariff.replaceDeck); rates of native decks are edited.",
        });
      }
      const request = { text: base.files[use.name] ?? "", edit };
      const edited = await parts.compiler.edit(request, base.facts.tenants.join("\n"));
      if (!edited.ok) throw noRate(edited);
      const { text, before, after } = edited;
      // A deck that several plans have is theirs together only as long as they agree.
      const files = withDeck(base.files, { plan, text });
      if (files === null) throw noPlan(plan);
      const loaded = await loadChanged(parts, base, { ...asked, files, scope });
      return { ...loaded, before, after };
    },

    async markup({ plan, rule, atMs = parts.clock(), ...asked }, scope = EVERYTHING) {
      const base = await baseOf(parts, asked, scope);
      const use = deckUseOf(base.files, plan);
      if (use?.kind !== "retailPlans") throw noPlan(plan);
      if (use.dialect !== null) {
        throw engineError("invalid-params", `plan: the deck of ${plan} is a file of others.`, {
          path: "plan",
        });
      }
      const settings = base.files["tariff.yaml"] ?? "";
      const path = ["retailPlans", plan, "markup"];
      const ruled =
        rule === undefined
          ? base.files
          : { ...base.files, "tariff.yaml": withSetting(settings, path, rule) };
      const request = { kind: "markup", files: ruled, plan, atMs } as const;
      const { text, rates } = await derived(parts, request, base.facts.tenants);
      const files = withDeck(ruled, { plan, text });
      if (files === null) throw noPlan(plan);
      const loaded = await loadChanged(parts, base, { ...asked, files, scope });
      return { ...loaded, rates };
    },
  };
}

const NO_RATE = {
  "no-such-rate": "There is no such rate.",
  "several-rates": "Several rates are meant: say more of it, such as its band or effective_from.",
  "bad-table": "The deck cannot be read.",
} as const;

function noRate({ why, line }: { why: keyof typeof NO_RATE; line?: number }): Error {
  const where = line === undefined ? "" : ` One more is in line ${line}.`;
  return engineError("invalid-params", `rate: ${NO_RATE[why]}${where}`, { path: "rate" });
}
