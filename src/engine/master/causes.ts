// Words of disconnect causes by language: the built-in list, what the store says over it, and the settings.

import { type Scope, seesOwner, seesWhole } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import { BUILT_IN_CODES, builtInCause } from "../../master/causes.ts";
import type { Language } from "../../reports/language/languages.ts";
import type { MasterKey } from "../../stores/ports/master/entries.ts";
import type { Doer } from "../acts.ts";
import type { Entries } from "./entries.ts";
import type { Held } from "./held.ts";

export interface CauseName {
  code: number;
  language: Language;
}

/** Words are told to everybody; only credentials for every tenant change them. */
export interface CauseWords {
  /** @throws `conflict` where the settings name it, or it is at another revision */
  set(
    change: CauseName & {
      members: Readonly<Record<string, unknown>>;
      ifRevision?: number | undefined;
    },
    by: Doer & { scope: Scope },
  ): Promise<Held>;
  /** In the language, else in English. @throws `not-found` */
  get(name: CauseName): Promise<Held>;
  /** Those of the language, by code; English ones where it has none. */
  list(language: Language): Promise<Held[]>;
  /** What was built in holds again. @throws `not-found`, or as `set` */
  remove(
    what: CauseName & { ifRevision?: number | undefined },
    by: Doer & { scope: Scope },
  ): Promise<Held>;
}

const CODE_DIGITS = 3;
/** There are no more codes. */
const MOST_CODES = 1000;

export function causeKey({ code, language }: CauseName): MasterKey & { kind: "cause" } {
  return {
    kind: "cause",
    tenant: "",
    id: `${language}:${String(code).padStart(CODE_DIGITS, "0")}`,
  };
}

/** What `causeKey` made the id of. */
function causeOfId(id: string): CauseName {
  const [language = "", code = ""] = id.split(":");
  return { code: Number(code), language: language as Language };
}

function builtInHeld(name: CauseName): Held | null {
  const words = builtInCause(name.code, name.language);
  if (words === null) return null;
  const said = { from: "built-in" as const, revision: 0, setAtMs: null, by: null };
  return { ...causeKey(name), ...said, members: { name: words } };
}

/** The best words of each code: in the language, else in English; the store over what is built in. */
export async function bestWords(
  entries: Pick<Entries, "getFor">,
  codes: readonly number[],
  language: Language,
): Promise<Map<number, Held>> {
  const languages = [...new Set<Language>([language, "en"])];
  const names = codes.flatMap((code) => languages.map((one) => ({ code, language: one })));
  const said = new Map((await entries.getFor(names.map(causeKey))).map((held) => [held.id, held]));
  const best = new Map<number, Held>();
  for (const name of names) {
    if (best.has(name.code)) continue;
    const held = said.get(causeKey(name).id) ?? builtInHeld(name);
    if (held?.members["name"] !== undefined) best.set(name.code, held);
  }
  return best;
}

function requireEverything(scope: Scope): void {
  if (seesOwner(scope, null) && seesWhole(scope)) return;
  throw engineError(
    "forbidden",
    "Causes are the same for all: that is for credentials of every tenant.",
  );
}

export function createCauseWords(entries: Entries): CauseWords {
  return {
    async set({ code, language, ...change }, by) {
      const { scope } = by;
      requireEverything(scope);
      return entries.set({ ...change, key: causeKey({ code, language }), by });
    },
    async get({ code, language }) {
      const held = (await bestWords(entries, [code], language)).get(code);
      if (held !== undefined) return held;
      throw engineError("not-found", "There are no words for that code.", { path: "code" });
    },
    async list(language) {
      const codes = new Set(BUILT_IN_CODES);
      for (const one of new Set<Language>([language, "en"])) {
        const query = { kind: "cause" as const, tenants: [""], search: `${one}:` };
        const { entries: said } = await entries.list({ ...query, limit: MOST_CODES });
        for (const { id } of said) codes.add(causeOfId(id).code);
      }
      const best = await bestWords(
        entries,
        [...codes].sort((a, b) => a - b),
        language,
      );
      return [...best.values()];
    },
    async remove({ code, language, ifRevision }, by) {
      const { scope } = by;
      requireEverything(scope);
      return entries.remove({ key: causeKey({ code, language }), ifRevision, by });
    },
  };
}
