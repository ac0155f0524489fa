// What a service refuses of one call is that line's error; a service that is away ends the run.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Output } from "../../src/cli/output.ts";
import { type Price, priceLines } from "../../src/cli/price-lines.ts";
import { CallError } from "../../src/client/client.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-price-lines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function written(price: Price): Promise<unknown[]> {
  const file = join(folder, "calls.jsonl");
  writeFileSync(file, '{"id":1,"usage":1}\n{"id":2,"usage":2}\n');
  const blocks: string[] = [];
  const nothing = () => undefined;
  const write = async (block: string) => void blocks.push(block);
  const output: Output = { print: nothing, printJson: nothing, warn: nothing, write };
  await priceLines({ file, defaults: {}, price, output });
  return blocks
    .join("")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const refusing = (code: CallError["code"]) => async () => {
  throw new CallError(code, "refused");
};

it("a refused call answers its error and its line; the next one is priced", async () => {
  const refuse = refusing("invalid-params");
  const price: Price = async ({ usage }) => (usage === 1 ? refuse() : { outcome: "rated" });
  expect(await written(price)).toEqual([
    { id: 1, line: 1, error: "invalid-params", message: "refused" },
    { id: 2, outcome: "rated" },
  ]);
});

it("a service that cannot be reached ends the run", async () => {
  await expect(written(refusing("unreachable"))).rejects.toMatchObject({ code: "unreachable" });
});
