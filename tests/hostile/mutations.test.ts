// Goal: no input makes the service fail, hang or lose a record: never a 5xx but 503, never an
// internal error, and behind every 2xx of a record there is a CDR or a suspense record in the store.
// Method: seeded mutations of hostile cases and of samples of our own, through the whole service.
// `npm run mutations` sends 200,000; CDRATE_MUTATIONS and CDRATE_SEED choose others.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { type HostileRequest, hostileCases } from "../formats/reference-cases.ts";

const COUNT = Number(process.env["CDRATE_MUTATIONS"] ?? 400);
const SEED = Number(process.env["CDRATE_SEED"] ?? 1);
/** Requests at once. */
const LANES = 4;
/** A request that takes so long hangs. */
const HANG_MS = 30_000;
/** Bodies over this size are sent seldom: each is kept with its bytes. */
const LARGE = 50_000;

type Random = () => number;

/** mulberry32: the same numbers from the same seed. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_TYPE = { "content-type": "application/json" };
const XML =
  '<?xml version="1.0"?><cdr switchname="s"><variables><uuid>m-x</uuid><accountcode>1001</accountcode><sip_req_user>34650123456</sip_req_user><billsec>60</billsec><answer_epoch>1772442000</answer_epoch><note>%41 &amp; b</note></variables><callflow><caller_profile><username>1001</username></caller_profile></callflow></cdr>';
const VARIABLES = {
  uuid: "m-j",
  accountcode: "1001",
  sip_req_user: "34650123456",
  billsec: "60",
  answer_epoch: "1772442000",
  note: 'a%41 "b" \\ é',
};

function request(path: string, body: string, headers: Record<string, string>): HostileRequest {
  return { method: "POST", path, headers, body: Buffer.from(body, "utf8") };
}

function rpc(method: string, params: unknown): HostileRequest {
  return request("/jsonrpc", JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }), JSON_TYPE);
}

const CDR = { originId: "m-r", account: "1001", destination: "34650123456", usage: "60s" };
const TIMED = { ...CDR, answerTime: "2026-03-02T09:00:00Z", extra: { a: [1, null, "x"] } };
const DECK = {
  "tariff.yaml":
    "tenant: m.example\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\nvoipPlans: { v: { retail: [r] } }\n",
  "r.csv": 'prefix,rate,destination\n34,0.01,"Spain, all"\n346,0.02,x\n',
};
const OWN: HostileRequest[] = [
  request(
    "/cgr?cdrhost=h%41",
    "accid=m-1&account=1001&destination=%2B34650123456&answer_time=2026-03-02T09:00:00Z&usage=60s&x=%C3%A9",
    FORM,
  ),
  request("/cdr_http", "accid=m-2&account=1001&time_answer=1772442000&duration=1m30s", FORM),
  request("/freeswitch_json?uuid=m-j", JSON.stringify({ variables: VARIABLES }), JSON_TYPE),
  request(
    "/freeswitch_json",
    `cdr=${encodeURIComponent(JSON.stringify({ variables: VARIABLES }))}`,
    FORM,
  ),
  request("/freeswitch_json", `cdr=${Buffer.from(XML).toString("base64")}`, FORM),
  request("/freeswitch_xml", `cdr=${encodeURIComponent(XML)}`, FORM),
  request("/freeswitch_xml?uuid=a_m-x", XML, { "content-type": "text/xml" }),
  rpc("cdr.process", { cdr: TIMED }),
  rpc("cdr.process", { cdr: { variables: VARIABLES }, format: "freeswitch-json" }),
  rpc("cdr.processMany", { cdrs: [TIMED, { ...CDR, originId: "m-r2" }], batch: "m" }),
  rpc("cdr.find", { filter: { accounts: ["1001"], usage: { min: 1, max: 99 } }, limit: 3 }),
  rpc("cdr.summarize", { groupBy: ["day", "account"], timeZone: "Europe/Madrid" }),
  rpc("number.normalize", { number: "0034 650-12-34-56", ruleSet: "ES" }),
  rpc("rating.price", { account: "1001", destination: "34650123456", usage: 60 }),
  rpc("tariff.check", { files: DECK }),
  rpc("suspense.find", { states: ["open"], limit: 2 }),
];

const TOKENS = [
  "%",
  "%FF",
  "%00",
  "&",
  "=",
  "+",
  '"',
  "\\",
  "\u0000",
  "\u0001",
  "\r\n",
  "{",
  "}",
  "[",
  "]",
  "<",
  ">",
  "</",
  "<!DOCTYPE a>",
  "&amp;",
  "&#0;",
  "]]>",
  "é",
  "\uFEFF",
  "1e999",
  "-1",
  "9007199254740993",
  "null",
  "__proto__",
  "constructor",
  "cdr=",
  "variables",
  "usage",
  "NaN",
  "2026-10-25T02:30:00",
];

function mutated(body: Buffer, other: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * (body.length + 1));
  const length = Math.floor(random() ** 3 * Math.min(body.length - at, 2_000));
  const piece = body.subarray(at, at + length);
  const spliced = (...inserted: Uint8Array[]) =>
    Buffer.concat([body.subarray(0, at), ...inserted, body.subarray(at + length)]);
  const token = Buffer.from(TOKENS[Math.floor(random() * TOKENS.length)] ?? "", "utf8");
  switch (Math.floor(random() * 8)) {
    case 0:
      return spliced();
    case 1:
      return body.subarray(0, at);
    case 2:
      return spliced(piece, piece);
    case 3:
      return spliced(piece, ...Array.from({ length: Math.floor(random() * 200) }, () => token));
    case 4: {
      const flipped = Buffer.from(body);
      for (let index = 0; index < 3 && flipped.length > 0; index += 1) {
        flipped[Math.floor(random() * flipped.length)] = Math.floor(random() * 256);
      }
      return flipped;
    }
    case 5:
      return spliced(other.subarray(Math.floor(random() * other.length)).subarray(0, 500));
    default:
      return spliced(token);
  }
}

describe(`${COUNT} mutations from seed ${SEED}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-mutations-"));
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ store: `sqlite:${join(folder, "cdrate.db")}` });
  });
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const samples = [
    ...OWN,
    ...hostileCases((number) => number <= 15 && number !== 3 && number !== 4).flatMap(
      ({ requests }) => requests,
    ),
  ];
  const small = samples.filter(({ body }) => body.length <= LARGE);

  function next(random: Random): HostileRequest {
    const among = random() < 0.01 ? samples : small;
    const sample = among[Math.floor(random() * among.length)] ?? small[0];
    if (sample === undefined) throw new Error("there is no sample");
    const other = small[Math.floor(random() * small.length)] ?? sample;
    let { body, path } = sample;
    const rounds = 1 + Math.floor(random() * 4);
    for (let round = 0; round < rounds; round += 1) body = mutated(body, other.body, random);
    if (random() < 0.1 && path !== "/jsonrpc") path = other.path === "/jsonrpc" ? path : other.path;
    if (random() < 0.1) path += `${path.includes("?") ? "&" : "?"}x=%F${Math.floor(random() * 99)}`;
    const headers = { ...sample.headers };
    if (random() < 0.05) headers["content-type"] = other.headers["content-type"] ?? "text/plain";
    if (random() < 0.05 && headers["content-encoding"] === undefined) {
      headers["content-encoding"] = "gzip";
      if (random() < 0.7) body = gzipSync(body);
    }
    return { ...sample, path, headers, body };
  }

  /** Every record that an answer says is kept is in the store. */
  async function expectKept(answer: {
    outcome?: string;
    id?: string | null;
    suspenseId?: string;
  }): Promise<void> {
    const { store } = service.service.engine;
    const { outcome, id, suspenseId } = answer;
    if (suspenseId !== undefined) expect(await store.suspense.get(suspenseId)).not.toBeNull();
    if (outcome === "suspended") return expect(suspenseId).toBeDefined();
    expect(id).toMatch(/^[0-9a-f]{40}$/);
    const filter = {
      ids: [id ?? ""],
      outcomes: ["rated", "partial", "unrated", "voided"] as const,
    };
    const sort = { by: "callTime", descending: false } as const;
    const { cdrs } = await store.cdrs.find({
      filter: { ...filter, outcomes: [...filter.outcomes] },
      sort,
      limit: 1,
    });
    expect(cdrs).toHaveLength(1);
  }

  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
  async function checkRpc(sent: any): Promise<void> {
    for (const { error, result } of Array.isArray(sent) ? sent : [sent]) {
      expect(error?.code).not.toBe(-32603);
      const answers = result?.results ?? (result?.outcome === undefined ? [] : [result]);
      for (const answer of answers) {
        if (typeof answer.outcome === "string" && "id" in answer) await expectKept(answer);
      }
    }
  }

  async function sendOne({ path, headers, body }: HostileRequest): Promise<void> {
    const response = await fetch(service.url + path, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(HANG_MS),
    });
    const text = await response.text();
    expect(response.status < 500 || response.status === 503).toBe(true);
    if (response.status >= 300 || text === "") return;
    const answer = JSON.parse(text);
    if (path.startsWith("/jsonrpc")) await checkRpc(answer);
    else await expectKept(answer);
  }

  it(
    "are answered, and nothing that is acknowledged is lost",
    async () => {
      let begun = 0;
      const lane = async () => {
        while (begun < COUNT) {
          begun += 1;
          const number = begun;
          const sent = next(randomFrom(SEED * 1_000_003 + number));
          try {
            await sendOne(sent);
          } catch (cause) {
            const shown = sent.body.subarray(0, 300).toString("latin1");
            const facts = `${sent.path} ${JSON.stringify(sent.headers)} ${JSON.stringify(shown)}`;
            throw new Error(`mutation ${number} of seed ${SEED}: ${facts}`, { cause });
          }
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      expect(begun).toBe(COUNT);
      expect((await service.get("/health")).status).toBe(200);
    },
    Math.max(120_000, COUNT * 50),
  );
});
