// Goal: every command of README and docs works as it is printed in a clone, those of README from an
// installed package too. Method: the `sh` blocks of each page, in order, in a folder of its own beside a service;
// a `text` block behind one is compared with what was printed.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../program.ts";
import { commandBlocks, outputPattern } from "./blocks.ts";
import { builtClone, installedPackage } from "./places.ts";
import { pageShell } from "./shell.ts";

const DOCS = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
const PAGES = ["README.md", ...DOCS.map((name) => `docs/${name}`)]
  .filter((page) => page.endsWith(".md"))
  .map((page) => ({ page, blocks: commandBlocks(readFileSync(join(ROOT, page), "utf8")) }))
  .filter(({ blocks }) => blocks.length > 0);

/** What the commands name that is the reader's own. */
const PLAN: Record<string, string> = {
  "Destinations.csv": "D,44\n",
  "Rates.csv": "R,0.4,0.2,60s,60s,0s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
  "RatingProfiles.csv": "cgrates.org,call,*any,,P,\n",
};

/** What a page takes for done. */
const BEFORE: Record<string, string[]> = {
  "README.md": ["npx cdrate tariff load tariffs/mine --name right"],
};

let parent: string;
const places: Record<string, string> = {};
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "cdrate-pages-"));
  places["clone"] = builtClone(parent);
  places[WITH_NPX] = installedPackage(parent, places["clone"]);
}, 240_000);
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** An installed package has the same program: there the page that begins is enough. */
const FIRST_PAGE = "README.md";
/** Its commands are run by npx itself; in a clone by a short one, as npx takes a second each. */
const WITH_NPX = "installed package";

/** What npx does with `cdrate` in this folder. */
function putShortNpx(folder: string, program: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const script = `#!/bin/sh\n[ "$1" = cdrate ] || exit 64\nshift\nexec node "${program}" "$@"\n`;
  writeFileSync(join(bin, "npx"), script, { mode: 0o755 });
  return bin;
}

/** A folder as the reader has it: the program, the demo tariff, and a tariff of their own. */
function readersFolder(place: string, number: number): string {
  const from = places[place] ?? "";
  const folder = join(parent, `${place.replaceAll(" ", "-")}-${number}`);
  mkdirSync(join(folder, "tmp"), { recursive: true });
  symlinkSync(join(from, "node_modules"), join(folder, "node_modules"));
  const own = existsSync(join(from, "dist")) ? from : join(from, "node_modules/cdrate");
  cpSync(join(own, "tariffs"), join(folder, "tariffs"), { recursive: true });
  if (own === from) {
    for (const name of ["package.json", "dist", "rpc-schema"]) {
      cpSync(join(from, name), join(folder, name), { recursive: true });
    }
  }
  cpSync(join(folder, "tariffs/demo"), join(folder, "tariffs/mine"), { recursive: true });
  mkdirSync(join(folder, "tariffplans/mine"), { recursive: true });
  for (const [name, text] of Object.entries(PLAN)) {
    writeFileSync(join(folder, "tariffplans/mine", name), text);
  }
  const call = { account: "1001", destination: "4420", answerTime: "2026-03-02T09:00:00Z" };
  writeFileSync(join(folder, "calls.jsonl"), JSON.stringify({ ...call, usage: "95s" }));
  return folder;
}

const NUMBERED = PAGES.map((one, number) => ({ ...one, number }));
const PLACES = {
  clone: NUMBERED,
  [WITH_NPX]: NUMBERED.filter(({ page }) => page === FIRST_PAGE),
};

describe.each(Object.entries(PLACES))("in a %s", (place, pages) => {
  it.each(pages)(
    "$page: its commands work and print what it says",
    async ({ page, blocks, number }) => {
      const folder = readersFolder(place, number);
      const built = place === "clone" ? "dist" : "node_modules/cdrate/dist";
      const bin = place === WITH_NPX ? null : putShortNpx(folder, join(folder, built, "main.js"));
      const shell = await pageShell(folder, bin);
      try {
        for (const command of BEFORE[page] ?? []) await shell.run(command);
        for (const { commands, output } of blocks) {
          let printed = "";
          for (const command of commands) printed = await shell.run(command);
          if (output !== undefined) expect(printed).toMatch(outputPattern(output));
          for (const error of errorsOf(printed)) expect.fail(`${commands.at(-1)}: ${error}`);
        }
      } finally {
        await shell.stop();
      }
    },
    240_000,
  );
});

/** A call of the service that was refused says so in its answer, with the exit code of curl 0. */
function errorsOf(printed: string): string[] {
  return printed.startsWith('{"jsonrpc"') && printed.includes('"error":{"code"') ? [printed] : [];
}
