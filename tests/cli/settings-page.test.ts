// Goal: every setting and limit is written down, with the default that it has. Method: the members
// of the schema of the settings beside the rows of docs/settings.md.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { settingsSchema } from "../../src/config/config.ts";

const page = readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8");
const rows = new Map(
  [...page.matchAll(/^\| `([^`]+)` \|(.*?)\| (.*) \|$/gm)].map(([, path = "", preset, text]) => [
    path,
    { preset: preset?.replaceAll("`", "").trim(), text },
  ]),
);

interface Member {
  type?: string;
  default?: unknown;
  items?: Member;
  properties?: Record<string, Member>;
}

function membersOf(schema: Member, at = ""): [path: string, member: Member][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const path = at === "" ? name : `${at}.${name}`;
    const isList = member.type === "array";
    const inner = isList ? (member.items ?? {}) : member;
    return [[path, member], ...membersOf(inner, isList ? `${path}[]` : path)] as [string, Member][];
  });
}

const schema = z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" });
const members = membersOf(schema as Member);

it("every setting has a row in docs/settings.md, and no other has one", () => {
  expect(members.length).toBeGreaterThan(40);
  expect([...rows.keys()].sort()).toEqual(members.map(([path]) => path).sort());
});

it.each(members)("%s: its row has its default and says what it is", (path, member) => {
  const row = rows.get(path);
  expect(row?.text?.length).toBeGreaterThan(8);
  // Those of objects and texts that are read further are told by their members.
  const { default: preset } = member;
  if (preset === undefined || (typeof preset === "object" && row?.preset === "")) return;
  expect(row?.preset).toBe(typeof preset === "string" ? preset : JSON.stringify(preset));
});
