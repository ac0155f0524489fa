// The deck files that a tariff.yaml names, read before anything of it is checked.
import { type Dialect, dialectSchema } from "../../tables/dialect.ts";
import { createFaultList } from "../fault-list.ts";
import { deckUses } from "../settings/plans.ts";
import { readYaml } from "../settings/yaml.ts";

/** By file name as written; null: a native deck, or a dialect that the check will report. */
export function namedDecks(settings: string): Map<string, Dialect | null> {
  const yaml = readYaml("tariff.yaml", settings, createFaultList(1));
  if (yaml === null) return new Map();
  const { dialects } = (yaml.value ?? {}) as { dialects?: Record<string, unknown> };
  return new Map(
    deckUses(yaml).map(({ name, dialect }) => {
      const said = dialect === null ? undefined : dialects?.[dialect];
      const read = dialectSchema.safeParse(said);
      return [name, read.success ? read.data : null] as const;
    }),
  );
}

/** The dialect of one plan's deck; null: it is a native one, or there is none. */
export function planDialect(settings: string, plan: string): Dialect | null {
  const yaml = readYaml("tariff.yaml", settings, createFaultList(1));
  const use = yaml === null ? undefined : deckUses(yaml).find((one) => one.plan === plan);
  return use === undefined ? null : (namedDecks(settings).get(use.name) ?? null);
}
