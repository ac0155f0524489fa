// JSON-RPC: words of disconnect causes by language; a list is built in.
import { z } from "zod";
import type { CauseName } from "../../../engine/master/causes.ts";
import type { Held } from "../../../engine/master/held.ts";
import { causeCode, causeFields, changesOf, language, shownOf } from "../../../master/fields.ts";
import { method } from "../../method.ts";
import { heldFields, heldView, ifRevision, membersView } from "./entry.ts";
import { requireSomething } from "./partners.ts";

const inLanguage = language.default("en").describe("Language of the words.");
const of = { code: causeCode, language: inLanguage };

const causeEntry = z
  .object({
    code: z.number(),
    language: z.string().describe("of these words: `en` where there are none in the one asked for"),
    ...shownOf(causeFields),
    ...heldFields,
  })
  .meta({ id: "CauseEntry" });

function view(held: Held): z.input<typeof causeEntry> {
  const [said = "", code = ""] = held.id.split(":");
  const named: { code: number; language: string } = { code: Number(code), language: said };
  return { ...named, ...membersView(causeFields, held.members), ...heldView(held) };
}

const reading = {
  permission: "master.read",
  writes: false,
  repeatable: true,
  heavy: false,
} as const;
const writing = { permission: "master.write", writes: true, heavy: false } as const;
const named = ({ code, language: said }: CauseName): CauseName => ({ code, language: said });

export const setCauseMethod = method({
  name: "cause.set",
  summary:
    "Gives a disconnect cause other words in a language, over the built-in ones. The same for every tenant.",
  ...writing,
  errors: ["forbidden", "conflict", "store-unavailable"],
  params: z.strictObject({ ...of, ...changesOf(causeFields), ifRevision }),
  result: causeEntry,
  example: { code: 34, language: "en", name: "No free line", description: "Ask the carrier." },
  async run({ ifRevision: revision, name, description, ...cause }, { engine, caller }) {
    const members = { name, description };
    requireSomething(members);
    const change = { ...named(cause), members, ifRevision: revision };
    return view(await engine.master.causes.set(change, caller));
  },
});

export const getCauseMethod = method({
  name: "cause.get",
  summary: "The words of a disconnect cause in a language, and where they are from.",
  ...reading,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject(of),
  result: causeEntry,
  example: { code: 17, language: "es" },
  async run(cause, { engine }) {
    return view(await engine.master.causes.get(named(cause)));
  },
});

export const listCausesMethod = method({
  name: "cause.list",
  summary: "The words of every disconnect cause in a language, by code.",
  ...reading,
  errors: ["store-unavailable"],
  params: z.strictObject({ language: inLanguage }),
  result: z.object({ causes: z.array(causeEntry) }),
  example: { language: "de" },
  async run({ language: said }, { engine }) {
    return { causes: (await engine.master.causes.list(said)).map(view) };
  },
});

export const removeCauseMethod = method({
  name: "cause.remove",
  summary: "Takes away the store's words of a cause in a language: the built-in ones hold again.",
  ...writing,
  errors: ["forbidden", "conflict", "not-found", "store-unavailable"],
  params: z.strictObject({ ...of, ifRevision }),
  result: causeEntry.describe("as it was"),
  example: { code: 34, language: "en" },
  async run({ ifRevision: revision, ...cause }, { engine, caller }) {
    const what = { ...named(cause), ifRevision: revision };
    return view(await engine.master.causes.remove(what, caller));
  },
});
