// Goal: what the pages of the switches say to paste into the settings are settings. Method: every yaml
// block of theirs, and of docs/feeds.md, read by the schema.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { settingsSchema } from "../../src/config/config.ts";

const docs = new URL("../../docs/", import.meta.url);
const pages = [
  "feeds.md",
  ...readdirSync(new URL("switches/", docs)).map((name) => `switches/${name}`),
];
const blocks = pages.flatMap((page) => {
  const text = readFileSync(new URL(page, docs), "utf8");
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml = ""], index) => ({
    page,
    index,
    settings: parse(yaml) as unknown,
  }));
});

it("each page of a switch has settings to paste", () => {
  const withBlocks = new Set(blocks.map(({ page }) => page));
  expect(pages.filter((page) => !withBlocks.has(page))).toEqual([]);
});

it.each(blocks)("$page, block $index", ({ settings }) => {
  const read = settingsSchema.safeParse(settings);
  expect(read.error?.issues ?? []).toEqual([]);
});
