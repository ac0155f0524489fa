// Goal: mod_xml_cdr's posts give the same CDR as mod_json_cdr's of the same call, in all spellings
// and on both routes; JSON with raw control characters is read; what stays broken is healed by
// corrected fields. Method: posts to a service, and the reader alone.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFreeswitchJson } from "../../src/formats/freeswitch/json.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { fieldCase } from "./reference-cases.ts";

const VARIABLES = {
  uuid: "x-1",
  accountcode: "1001",
  sip_req_user: "+34650123456",
  answer_uepoch: "1772442000604069",
  end_uepoch: "1772442002944059",
  billsec: "2",
  billmsec: "2340",
  hangup_cause: "NORMAL_CLEARING",
  "sip_h_X-Note": 'a <b> & "c"',
};

function xmlOf(variables: Record<string, string>): string {
  const members = Object.entries(variables)
    .map(([name, value]) => `<${name}>${encodeURIComponent(value)}</${name}>`)
    .join("");
  return (
    `<?xml version="1.0"?>\n<cdr core-uuid="c0" switchname="sw1.example">` +
    `<channel_data><direction>inbound</direction></channel_data><variables>${members}</variables>` +
    `<callflow dialplan="XML" profile_index="1"><caller_profile><username>1001</username>` +
    `<caller_id_number>1001</caller_id_number><originatee/></caller_profile>` +
    `<times><created_time>1772441990604069</created_time></times></callflow></cdr>`
  );
}

function read(body: string | Buffer, corrected?: Record<string, string>) {
  const input = { body: Buffer.from(body), query: "", contentType: null };
  return readFreeswitchJson(corrected === undefined ? input : { ...input, corrected });
}

function rawOf(body: string | Buffer, corrected?: Record<string, string>) {
  const answer = read(body, corrected);
  if (!answer.ok) throw new Error(`${answer.reason}: ${answer.detail}`);
  return answer.raw;
}

describe("mod_xml_cdr", () => {
  const xml = xmlOf(VARIABLES);

  it("is read as the JSON of the same call", () => {
    const raw = rawOf(xml);
    const json = rawOf(
      JSON.stringify({
        "core-uuid": "c0",
        switchname: "sw1.example",
        channel_data: { direction: "inbound" },
        variables: VARIABLES,
        callflow: {
          dialplan: "XML",
          profile_index: "1",
          caller_profile: { username: "1001", caller_id_number: "1001", originatee: "" },
          times: { created_time: "1772441990604069" },
        },
      }),
    );
    expect(raw).toEqual(json);
    expect(raw.primary).toMatchObject({
      originId: "x-1",
      originHost: "sw1.example",
      account: "1001",
      destination: "+34650123456",
      usage: "2340ms",
      disconnectCause: "NORMAL_CLEARING",
      callerNumber: "1001",
    });
    expect(raw.extra["sip_h_X-Note"]).toBe('a <b> & "c"');
  });

  it.each([
    ["raw", xml],
    ["cdr= and raw", `cdr=${xml}`],
    ["a form", `cdr=${encodeURIComponent(xml)}`],
    ["a form with + for a blank", `cdr=${new URLSearchParams({ cdr: xml }).toString().slice(4)}`],
    ["a form after other fields", `uuid=x-1&cdr=${encodeURIComponent(xml)}`],
    ["base64", `cdr=${Buffer.from(xml).toString("base64")}`],
    ["the text of an error file", encodeURIComponent(xml)],
    ["base64 without a name", Buffer.from(xml).toString("base64")],
    ["escaped slashes", xml.replaceAll("</", "<\\/")],
    ["a byte order mark", `\uFEFF${xml}`],
  ])("is read as %s", (_, body) => {
    expect(rawOf(body)).toEqual(rawOf(xml));
  });

  it("tells the legs apart and gathers what is repeated", () => {
    const leg = xml.replace(
      "<originatee/>",
      "<originator><originator_caller_profile><uuid>a-1</uuid></originator_caller_profile></originator>",
    );
    expect(rawOf(leg)).toMatchObject({ leg: "b", callId: "a-1" });
    const twice = xml.replace("</callflow>", "</callflow><callflow><times/></callflow>");
    expect(rawOf(twice).extra["callflow"]).toHaveLength(2);
  });

  it("says why it cannot be read", () => {
    expect(read(`<!DOCTYPE a SYSTEM "http://x/">${xml}`)).toMatchObject({ reason: "broken-xml" });
    expect(read(xml.slice(0, -20))).toMatchObject({ reason: "broken-xml" });
    expect(read("<root><x>1</x></root>")).toMatchObject({ reason: "not-a-cdr" });
    expect(read(`<cdr>${"<a>".repeat(40)}`)).toMatchObject({ reason: "over-limit" });
  });
});

describe("raw control characters", () => {
  const json = JSON.stringify({
    variables: { ...VARIABLES, note: "a\u0001b\r\nc", path: "C:\\x" },
  });
  const raw = json.replaceAll("\\u0001", "\u0001").replaceAll("\\r\\n", "\r\n");

  it("inside of strings change nothing of the record", () => {
    expect(rawOf(raw)).toEqual({
      ...rawOf(json),
      warnings: ["Strings hold raw control characters; they are kept as they are."],
    });
    expect(rawOf(`cdr=${encodeURIComponent(raw)}`).extra["note"]).toBe("a\u0001b\r\nc");
    expect(rawOf(`cdr=${Buffer.from(raw).toString("base64")}`).extra["note"]).toBe("a\u0001b\r\nc");
  });

  it("after a backslash, or outside of a string, are no JSON", () => {
    expect(read(raw.replace("a\u0001", "a\\\u0001"))).toMatchObject({ reason: "broken-json" });
    expect(read(raw.replace('{"uuid"', '{\u0001"uuid"'))).toMatchObject({ reason: "broken-json" });
  });
});

describe("FreeSWITCH posts to a service", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ demo: false });
  });
  afterAll(() => service.stop());

  async function activate(files: Record<string, string>): Promise<void> {
    const { version } = await service.rpc("tariff.load", { files });
    await service.rpc("tariff.activate", { version, at: "2018-01-01T00:00:00Z" });
  }
  const FILES = {
    "tariff.yaml":
      "tenant: cgrates.org\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\nvoipPlans: { v: { retail: [r], carriers: [] } }\naccounts: accounts.csv\n",
    "accounts.csv": "account,voip_plan\n*any,v\n",
    "r.csv": "prefix,rate\n34,0.06\n",
  };

  it.each(["/freeswitch_json", "/freeswitch_xml"])("%s takes XML and JSON", async (path) => {
    await activate(FILES);
    const own = { ...VARIABLES, uuid: `s${path}` };
    const first = await service.post(path, `cdr=${encodeURIComponent(xmlOf(own))}`);
    expect([first.status, first.body.outcome]).toEqual([200, "rated"]);
    const again = await service.post(path, xmlOf(own), { "content-type": "text/xml" });
    expect(again.body.outcome).toBe("duplicate");
    const json = JSON.stringify({ variables: { ...VARIABLES, uuid: `j${path}` } });
    expect((await service.post(path, json)).body.outcome).toBe("rated");
  });

  const broken = {
    "a wrong escape": (text: string) => text.replace('"hurt":"', '"hurt":"\\q'),
    "a quote within a value": (text: string) => text.replace('"hurt":"', '"hurt":"a"b'),
    "a cut text": (text: string) => text.slice(0, text.indexOf('"hurt"') + 12),
  };
  it.each(Object.entries(broken))("%s is healed by corrected fields alone", async (kind, hurt) => {
    await activate(FILES);
    const whole = JSON.stringify({
      variables: { ...VARIABLES, uuid: `b ${kind}`, sip_req_user: "?" },
      last: { hurt: "some text" },
    });
    const { status, body } = await service.post("/freeswitch_json", hurt(whole));
    expect([status, body.reason]).toEqual([202, "broken-json"]);
    const id = body.suspenseId;
    expect((await service.rpc("suspense.retry", { id })).state).toBe("open");
    const fields = { sip_req_user: "34650123456", hurt: "healed" };
    const { state, answer } = await service.rpc("suspense.retry", { id, fields });
    expect([state, answer.outcome]).toEqual(["retried", "rated"]);
    const cdr = await service.rpc("cdr.get", { id: answer.id });
    expect(cdr.primary).toMatchObject({
      originId: `b ${kind}`,
      account: "1001",
      destination: "34650123456",
      usage: 2.34,
    });
    expect(cdr.extra).toMatchObject({ hurt: "healed", "sip_h_X-Note": VARIABLES["sip_h_X-Note"] });
  });

  it("what a broken record may have lost must be given", async () => {
    const cut = JSON.stringify({ variables: { uuid: "lost", accountcode: "1001" } }).slice(0, -2);
    const { suspenseId: id } = (await service.post("/freeswitch_json", `${cut},"bil`)).body;
    const { state, answer } = await service.rpc("suspense.retry", {
      id,
      fields: { destination: "34650123456" },
    });
    expect([state, answer.reason]).toEqual(["open", "broken-json"]);
    expect(answer.detail).toContain("give usage, answerTime too");
    const fields = { destination: "34650123456", usage: 60, answerTime: "2026-03-02T09:00:00Z" };
    const healed = await service.rpc("suspense.retry", { id, fields });
    expect(healed).toMatchObject({ state: "retried", answer: { outcome: "rated" } });
    const { primary } = await service.rpc("cdr.get", { id: healed.answer.id });
    expect(primary).toMatchObject({ originId: "lost", account: "1001" });
  });

  it("cut XML is healed too", async () => {
    const cut = xmlOf({ ...VARIABLES, uuid: "cut-xml" }).replace(/<callflow.*$/s, "<callfl");
    const { body } = await service.post("/freeswitch_xml", cut);
    expect(body.reason).toBe("broken-xml");
    const healed = await service.rpc("suspense.retry", {
      id: body.suspenseId,
      fields: { note: "seen" },
    });
    expect(healed).toMatchObject({ state: "retried", answer: { outcome: "rated" } });
  });

  const xmlCase = fieldCase("turn2-xml-cdr");
  it.skipIf(xmlCase === null)("the field case of XML gives its values", async () => {
    const { input, files, expected } = xmlCase;
    await activate(files);
    const form = `cdr=${encodeURIComponent(input.slice("cdr=".length))}`;
    for (const path of ["/freeswitch_json", "/freeswitch_xml"]) {
      const { body } = await service.post(path, form);
      expect(["rated", "duplicate"]).toContain(body.outcome);
      const { primary, rating } = await service.rpc("cdr.get", { id: body.id });
      const { account, destination, disconnectCause, usage } = primary;
      const { outcome } = rating;
      expect({ outcome, usage, account, destination, disconnectCause }).toEqual(expected);
    }
  });

  const controlCase = fieldCase("turn2-raw-control-characters");
  it.skipIf(controlCase === null)(
    "the field case of control characters gives its values",
    async () => {
      const { input, files, expected } = controlCase;
      await activate(files);
      const body = input.replace("<0x01>", "\u0001").replace("<0x1F>", "\u001f");
      const now = Date.parse("2026-07-01T00:00:00Z");
      const later = await startTestService({ demo: false, clock: () => now });
      try {
        const { version } = await later.rpc("tariff.load", { files });
        await later.rpc("tariff.activate", { version });
        const posted = await later.post("/freeswitch_json", body);
        expect([posted.status, posted.body.outcome]).toEqual([expected.status, expected.outcome]);
        const { primary, extra } = await later.rpc("cdr.get", { id: posted.body.id });
        expect(primary.usage).toBe(expected.usage);
        expect(extra.sip_recover_contact).toBe("<sip:1001@192.0.2.9;gr=\u0001\u001f>");
      } finally {
        await later.stop();
      }
    },
  );
});
