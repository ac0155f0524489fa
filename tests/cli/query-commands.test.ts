// Goal: query, summarize, export, explain and price answer the same from a store and over --url.
// Method: the program in this process against one file store and one service on that file.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import type { Output } from "../../src/cli/output.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-query-"));
const path = `sqlite:${join(folder, "store.db")}`;
let service: TestService;
let id = "";

beforeAll(async () => {
  service = await startTestService({ store: path });
  const cdr = (n: number) => ({
    originId: `q-${n}`,
    account: n % 2 === 0 ? "1001" : "1002",
    destination: "34650123456",
    answerTime: `2026-02-${String(10 + n)}T10:00:00Z`,
    usage: n * 10,
    trunk: n === 3 ? "t3" : "t",
  });
  const { results } = await service.rpc("cdr.processMany", {
    cdrs: Array.from({ length: 8 }, (_, n) => cdr(n)),
  });
  id = results[2].id;
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...argv: string[]) {
  const lines: string[] = [];
  const output: Output = {
    print: (text) => lines.push(text),
    printJson: (value) => lines.push(JSON.stringify(value)),
    warn: (text) => lines.push(text),
    write: async (block) => {
      lines.push(block);
    },
  };
  const code = await runCommand(argv, output);
  return { code, text: lines.join("\n"), json: () => JSON.parse(lines.join("")) };
}

describe.each(["store", "url"])("by --%s", (way) => {
  const ask = (...argv: string[]) =>
    way === "store" ? run("--store", path, ...argv) : run(...argv, "--url", service.url);

  it("search: hits as they are found, then how far it is", async () => {
    const range = ["--from", "2026-02-01", "--to", "2026-03-01"];
    const found = await ask(
      "cdr",
      "search",
      "650",
      "--in",
      "destination",
      "--limit",
      "3",
      ...range,
    );
    expect(found.code).toBe(0);
    const lines = found.text.split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^2026-02-17T10:00:00.* 1002 .*34650123456 .* destination /);
    expect(lines[3]).toMatch(/^3 hits in \d CDRs; at 2026-02-15T.*there may be more$/);
    const cursor = lines[4]?.replace("--cursor ", "") ?? "";
    const rest = await ask(
      "cdr",
      "search",
      "650",
      "--in",
      "destination",
      "--cursor",
      cursor,
      ...range,
    );
    expect(rest.text).toContain("8 hits in 8 CDRs; at 2026-02-01T00:00:00.000Z, 100 % of the time");
    const json = await ask("cdr", "search", "1001", "--begins", "--json", ...range);
    const [answer = ""] = json.text.split("\n");
    expect(JSON.parse(answer)).toMatchObject({ progress: { hits: 4, looked: 8, share: 1 } });
    const without = await ask("cdr", "search", "650", "--from", "2026-02-01");
    expect([without.code, without.text]).toEqual([2, expect.stringContaining("--to")]);
  });

  it("query: every flag narrows, repeated ones widen", async () => {
    const ids = async (...flags: string[]) =>
      (await ask("query", "--json", ...flags))
        .json()
        .cdrs.map((cdr: { primary: { originId: string } }) => cdr.primary.originId);
    expect(await ids("--account", "1001")).toEqual(["q-0", "q-2", "q-4", "q-6"]);
    expect(await ids("--account", "1001", "1002", "--from", "2026-02-15")).toEqual([
      "q-5",
      "q-6",
      "q-7",
    ]);
    expect(await ids("--to", "2026-02-12T00:00:00Z", "--descending")).toEqual(["q-1", "q-0"]);
    expect(await ids("--extra", "trunk=t3")).toEqual(["q-3"]);
    expect(await ids("--not", "account=1001", "--extra", "trunk=t")).toEqual(["q-1", "q-5", "q-7"]);
    expect(await ids("--prefix", "34", "--filter", '{"usage":{"min":60}}')).toEqual(["q-6", "q-7"]);
    expect(await ids("--from", "2026-03")).toEqual([]);
  });

  it("query: a table, and a cursor where there is more", async () => {
    const first = await ask("query", "--limit", "5");
    expect(first.text).toMatch(/^time +account +destination/);
    expect(first.text).toMatch(/5 CDRs; there are more/);
    const cursor = /--cursor (\S+)/.exec(first.text)?.[1] ?? "";
    const second = await ask("query", "--limit", "5", "--cursor", cursor, "--json");
    expect(second.json().cdrs).toHaveLength(3);
  });

  it("summarize: the sums of cdr.summarize", async () => {
    const { rows } = await service.rpc("cdr.summarize", { groupBy: ["account"] });
    expect((await ask("summarize", "--by", "account", "--json")).json()).toEqual({ rows });
    const table = await ask("summarize", "--by", "account", "--account", "1001");
    expect(table.text).toContain(rows[0].sell);
    expect(table.text).toMatch(/^account +currency +calls +answered +seconds +billedSeconds /);
    const [byTrunk] = (
      await ask("summarize", "--by", "extra.trunk", "--account", "1001", "--json")
    ).json().rows;
    expect(byTrunk).toMatchObject({ "extra.trunk": expect.any(String), calls: expect.any(Number) });
    expect((await ask("summarize", "--time-zone", "Mars/X")).code).toBe(2);
    expect((await ask("summarize", "--by", "extra.")).code).toBe(2);
  });

  it("export: a whole file under its name, by columns, gzipped, gone on with", async () => {
    const file = join(folder, `${way}.csv`);
    const said = await ask("export", "--output", file, "--columns", "id,usage", "--json");
    expect(said.json()).toEqual({ file, calls: 8 });
    const lines = readFileSync(file, "utf8").trimEnd().split("\r\n");
    expect(lines.slice(0, 2)).toEqual(["id,usage", expect.stringMatching(/,0$/)]);
    expect(lines.at(-1)).toBe("#end,calls=8");
    const rest = join(folder, `${way}.jsonl`);
    const after = lines[6]?.split(",")[0] ?? "";
    await ask("export", "--output", rest, "--gzip", "--after", after);
    const [next, last] = gunzipSync(readFileSync(rest))
      .toString("utf8")
      .split("\n")
      .map((line) => (line === "" ? null : JSON.parse(line)));
    expect([next.primary.originId, last.primary.originId]).toEqual(["q-6", "q-7"]);
    const bare = join(folder, `${way}-bare.csv`);
    const short = await ask(
      "export",
      "--output",
      bare,
      "--columns",
      "id",
      "--no-trailer",
      "--json",
    );
    expect([short.code, short.json()]).toEqual([0, { file: bare }]);
    expect(readFileSync(bare, "utf8").trimEnd().split("\r\n")).toHaveLength(9);
    const refused = await ask("export", "--output", file, "--columns", "nope", "--json");
    expect([refused.code, refused.json().error.path]).toEqual([2, "columns.0"]);
    const missing = await ask("export", "--output", rest, "--after", "0".repeat(40), "--json");
    expect([missing.code, missing.json().error.code]).toEqual([1, "not-found"]);
  });

  it("changes: every CDR once, then where to go on; nothing new is an empty page", async () => {
    const lines = (text: string) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    const seen = new Set<string>();
    let next: string | undefined;
    for (let page = 0; page < 3; page += 1) {
      const after = next === undefined ? [] : ["--after", next];
      const read = lines((await ask("changes", "--limit", "5", ...after)).text);
      for (const { id } of read.slice(0, -1)) seen.add(id);
      next = read.at(-1).next;
    }
    expect(seen.size).toBe(8);
    expect(lines((await ask("changes", "--after", next ?? "")).text)).toEqual([{ next }]);
    expect((await ask("changes", "--after", "nowhere")).code).toBe(2);
  });

  it("explain and price", async () => {
    expect((await ask("explain", id, "--json")).json()).toMatchObject({ id, matches: true });
    expect((await ask("explain", id)).text).toContain("Every stored member comes out again.");
    const call = ["--account", "1001", "--destination", "34650123456", "--usage", "95"];
    const priced = await ask("price", ...call, "--answer-time", "2026-03-02T09:00:00Z", "--json");
    expect(priced.json()).toMatchObject({ outcome: "rated", sell: { currency: "EUR" } });
  });
});

it("a flag that cannot be read is named, and a service that is away has its exit code", async () => {
  const wrong = [
    ["--extra", "x"],
    ["--extra", "x:=y"],
    ["--not", "nope=1"],
    ["--filter", "{"],
    ["--filter", '{"not":{"accounts":["1001"]}}', "--not", "account=1002"],
    ["--from", "yesterday"],
  ];
  for (const flags of wrong) {
    const answer = await run("--store", path, "query", "--json", ...flags);
    expect([answer.code, answer.json().error.code]).toEqual([2, "invalid-params"]);
  }
  const away = await run("query", "--url", "http://127.0.0.1:1", "--json");
  expect(away.code).toBe(4);
}, 30_000);
