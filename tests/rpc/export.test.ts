// Goal: an export holds what cdr.find finds, streams, can be gzipped and gone on with, and its sums
// are those of cdr.summarize. Method: random CDRs and filters over HTTP, on both stores.

import { get } from "node:http";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CdrConditions, CdrFilter, TimeRange } from "../../src/queries/cdr-query.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { expectSame } from "../expect-same.ts";
import { naiveSum } from "../stores/contracts/naive-query.ts";
import { sampleCdrs } from "../stores/contracts/sample-cdrs.ts";
import { sampleFilter } from "../stores/contracts/sample-filters.ts";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoUrl } from "../stores/mongo-urls.ts";
import { withParts } from "../stores/wrapped-store.ts";

const SEED = 47;
const COUNT = 300;
const uri = await mongoTestUri();
const stores = [
  { kind: "sqlite", store: () => "sqlite::memory:" },
  ...(uri === null ? [] : [{ kind: "mongo", store: () => mongoUrl(uri) }]),
];

/** The members of a summary that are sums, of rows and exports alike. */
interface Sums {
  currency: string | null;
  buyCurrency?: string;
  calls: number;
  sell: string | null;
  buy: string | null;
  margin: string | null;
}

function rangeParameter({ fromMs, toMs }: TimeRange) {
  return {
    ...(fromMs === undefined ? {} : { from: new Date(fromMs).toISOString() }),
    ...(toMs === undefined ? {} : { to: new Date(toMs).toISOString() }),
  };
}

/** Null for what the API refuses by its schema: empty lists and texts. */
function toParameter(conditions: CdrConditions): Record<string, unknown> | null {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(conditions)) {
    if (Array.isArray(value)) {
      const allowed = value.filter((one) => one !== "" && !/not-an-id|\(/.test(one));
      if (allowed.length === 0) return null;
      members[name] = allowed;
    } else if (["callTime", "answerTime", "setupTime", "receivedAt", "ratedAt"].includes(name)) {
      members[name] = rangeParameter(value as TimeRange);
    } else if (name === "anyNumber") {
      return null; // Of searches: no filter of the API has it.
    } else if (name === "extra") {
      if (Object.hasOwn(value as object, "") || Object.hasOwn(value as object, "__proto__")) {
        return null;
      }
      members[name] = value;
    } else {
      members[name] = value;
    }
  }
  return members;
}

function filterParameter({ not, ...held }: CdrFilter): Record<string, unknown> | null {
  const positive = toParameter(held);
  const negative = not === undefined ? {} : toParameter(not);
  if (positive === null || negative === null) return null;
  return not === undefined ? positive : { ...positive, not: negative };
}

/** The answer as it comes over the wire, with what stands after it. */
function rawAnswer(url: string, encoding: string) {
  return new Promise<{ announced: unknown; trailers: unknown; isWhole: boolean }>((done, fail) => {
    const sent = get(url, { headers: { "accept-encoding": encoding } }, (answer) => {
      const announced = answer.headers.trailer;
      const tell = () => done({ announced, trailers: answer.trailers, isWhole: answer.complete });
      answer
        .on("close", tell)
        .on("error", () => {})
        .resume();
    });
    sent.on("error", fail);
  });
}

describe.each(stores)("cdr.export on $kind", ({ kind, store }) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ store: store(), demo: false });
    await service.service.engine.store.cdrs.insert(sampleCdrs(COUNT, SEED, "export"));
  });
  afterAll(() => service.stop());

  async function exported(params: Record<string, unknown>): Promise<string> {
    const { link } = await service.rpc("cdr.export", params);
    const response = await fetch(service.url + link, {
      headers: { "accept-encoding": "identity" },
    });
    expect(response.status).toBe(200);
    return response.text();
  }
  it.each(["identity", "gzip"])("says after the file that it is whole (%s)", async (encoding) => {
    const { link } = await service.rpc("cdr.export", { format: "csv", trailer: false });
    expect(await rawAnswer(service.url + link, encoding)).toEqual({
      announced: "X-Cdrate-Complete",
      trailers: { "x-cdrate-complete": "true" },
      isWhole: true,
    });
  });

  async function exportedLines(params: Record<string, unknown>) {
    const text = await exported({ ...params, format: "jsonl" });
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    return { cdrs: lines.slice(0, -1), end: lines.at(-1) };
  }
  async function found(filter: unknown) {
    const cdrs = [];
    let cursor: string | undefined;
    do {
      const page = await service.rpc("cdr.find", { filter, limit: 100, cursor });
      cdrs.push(...page.cdrs);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return cdrs;
  }

  it("sums over cdr.find, cdr.summarize and cdr.export of one filter agree to the last digit", async () => {
    // Of the sums alone the store has a part of its own, and its contract tries them too.
    const numRuns = kind === "sqlite" ? 40 : 15;
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(sampleFilter("export", SEED, COUNT), async (wanted) => {
        const filter = filterParameter(wanted);
        fc.pre(filter !== null);
        tried += 1;
        const cdrs = await found(filter);
        const { rows } = await service.rpc("cdr.summarize", { filter });
        const { cdrs: lines, end } = await exportedLines({ filter });
        expectSame(lines, cdrs);
        expectSame(end, { sums: rows, calls: cdrs.length });
        for (const name of ["sell", "buy", "margin"] as const) {
          const direct = naiveSum(cdrs.map((cdr) => cdr.rating[name]?.amount));
          expect(naiveSum(rows.map((row: Sums) => row[name]))).toBe(direct);
        }
      }),
      { numRuns },
    );
    expect(tried).toBeGreaterThan(numRuns / 2);
  });

  it("leaves out its end where that is asked for, and only that", async () => {
    for (const format of ["csv", "jsonl"] as const) {
      const asked = { filter: { accounts: ["1001"] }, format, columns: ["id"] };
      const whole = await exported(asked);
      const bare = await exported({ ...asked, trailer: false });
      expect(whole.startsWith(bare)).toBe(true);
      const end = format === "csv" ? /^#(?:sums|end),/ : /^\{"sums":/;
      const rest = whole.slice(bare.length).trim().split(/\r?\n/);
      expect(rest.every((line) => end.test(line))).toBe(true);
      expect(bare).not.toMatch(/#end|"sums"/);
    }
  });

  it("CSV has the columns asked for, a header, and the sums and the count at the end", async () => {
    const filter = { accounts: ["1001"], tenants: ["example.com"] };
    const text = await exported({ filter, columns: ["id", "sellAmount", "extra.trunk", "usage"] });
    const lines = text.split("\r\n");
    expect(lines[0]).toBe("id,sellAmount,extra.trunk,usage");
    const { count } = await service.rpc("cdr.count", { filter });
    const { rows } = await service.rpc("cdr.summarize", { filter });
    expect(lines.slice(-2)).toEqual([`#end,calls=${count}`, ""]);
    const sums = lines.filter((line) => line.startsWith("#sums,"));
    expect(sums).toHaveLength(rows.length);
    expect(sums[0]).toContain(`calls=${rows[0].calls},`);
    expect(lines).toHaveLength(1 + count + rows.length + 2);
    const all = await exported({ filter });
    expect(all.slice(0, 10)).toBe("id,tenant,");
  });

  it("goes on after the last line that arrived whole", async () => {
    const { cdrs } = await exportedLines({});
    const part = await exportedLines({ after: cdrs[120].id });
    expect(part.cdrs).toEqual(cdrs.slice(121));
    expect(part.end.calls).toBe(cdrs.length - 121);
    const csv = await exported({ after: cdrs[120].id, columns: ["id"] });
    expect(csv.split("\r\n")[0]).toBe(cdrs[121].id);
    const { link } = await service.rpc("cdr.export", { after: "0".repeat(40) });
    expect((await service.get(link)).status).toBe(404);
  });

  it("is gzipped for clients that take it, and can be posted", async () => {
    const body = JSON.stringify({ format: "csv", columns: ["id"] });
    const plain = await service.post("/export", body, { "accept-encoding": "identity" });
    expect(plain.headers.get("content-disposition")).toContain("cdrs.csv");
    const { request } = await import("node:http");
    const zipped = await new Promise<Buffer>((resolve, reject) => {
      const headers = { "accept-encoding": "gzip" };
      const sent = request(`${service.url}/export`, { method: "POST", headers }, (response) => {
        expect(response.headers["content-encoding"]).toBe("gzip");
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve(Buffer.concat(chunks)));
      });
      sent.on("error", reject);
      sent.end(body);
    });
    expect(gunzipSync(zipped).toString("utf8")).toBe(plain.body);
  });

  it("names each fault of its params; a link that is too long is refused", async () => {
    await expect(service.rpc("cdr.export", { columns: ["nope"] })).rejects.toMatchObject({
      data: { code: "invalid-params", path: "columns.0" },
    });
    const ids = Array.from({ length: 1000 }, (_, n) => n.toString(16).padStart(40, "0"));
    await expect(service.rpc("cdr.export", { filter: { ids } })).rejects.toMatchObject({
      data: { code: "too-large" },
    });
    expect((await service.get("/export?request=bm9uc2Vuc2U")).status).toBe(400);
    const posted = await service.post("/export", '{"format":"xls"}');
    expect(posted.body).toMatchObject({ code: "invalid-params", path: "format" });
  });
});

describe("the access of an export", () => {
  it("is the caller's own, whoever made the link", async () => {
    const tokenSha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    const service = await startTestService({
      demo: false,
      settings: {
        credentials: [
          { name: "t", tokenSha256, roles: ["read"], tenants: ["other.org"] },
          {
            name: "switch",
            // sha256 of "switch"
            tokenSha256: "78b49fb2cc2d2ed6c1bb8383b3d267b3bc623a8a0fb4aff4aa5d3db74c3b4967",
            roles: ["ingest"],
            tenants: ["*"],
          },
        ],
      },
    });
    try {
      await service.service.engine.store.cdrs.insert(sampleCdrs(COUNT, SEED, "export"));
      const request = Buffer.from(JSON.stringify({ format: "jsonl" })).toString("base64url");
      const path = `/export?request=${request}`;
      expect((await service.get(path)).status).toBe(401);
      const own = await fetch(service.url + path, {
        headers: { authorization: "Bearer test" },
      });
      const lines = (await own.text())
        .trimEnd()
        .split("\n")
        .map((line: string) => JSON.parse(line));
      const tenants = new Set(lines.slice(0, -1).map((cdr: { tenant: string }) => cdr.tenant));
      expect([...tenants]).toEqual(["other.org"]);
      const ingest = await service.get(path, { authorization: "Bearer switch" });
      expect(ingest.status).toBe(403);
    } finally {
      await service.stop();
    }
  });

  it("a store that fails half-way breaks the connection instead of ending the file", async () => {
    const service = await startTestService({
      demo: false,
      wrapStore: (store) =>
        withParts(store, {
          cdrs: {
            async *scan(filter, pageSize) {
              for await (const page of store.cdrs.scan(filter, pageSize)) {
                yield page;
                throw new Error("the disk went away");
              }
            },
          },
        }),
    });
    try {
      await service.service.engine.store.cdrs.insert(sampleCdrs(COUNT, SEED, "export"));
      for (const encoding of ["identity", "gzip"]) {
        const read = async () => {
          const headers = { "accept-encoding": encoding };
          const init = { method: "POST", body: "{}", headers };
          return (await fetch(`${service.url}/export`, init)).text();
        };
        await expect(read()).rejects.toThrow();
        const { link } = await service.rpc("cdr.export", { format: "csv", trailer: false });
        // It may break before its head is sent.
        const broken = rawAnswer(service.url + link, encoding);
        expect(
          await broken.then(
            ({ trailers, isWhole }) => ({ trailers, isWhole }),
            () => ({ trailers: {}, isWhole: false }),
          ),
        ).toEqual({ trailers: {}, isWhole: false });
      }
    } finally {
      await service.stop();
    }
  });
});
