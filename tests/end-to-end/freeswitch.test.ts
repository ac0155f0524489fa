// Goal: whatever mod_json_cdr sends is stored once, in every spelling. Method: our own documents,
// and the payloads of the reference folder where it is there, posted raw and in both forms.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleFreeswitchCdr } from "../formats/freeswitch-sample.ts";
import { startTestService, type TestService } from "./test-service.ts";

const REFERENCE = fileURLToPath(new URL("../../../shared/reference/freeswitch", import.meta.url));
const hasReference = existsSync(REFERENCE);
if (!hasReference) {
  process.stderr.write(
    "SKIPPED: ../shared/reference/freeswitch is not there: only our own are posted.\n",
  );
}

const payloads: { name: string; text: string }[] = [
  { name: "our own", text: JSON.stringify(sampleFreeswitchCdr({ uuid: "own-1" })) },
  ...(hasReference
    ? readdirSync(REFERENCE)
        .filter((name) => /^\d.*\.json$/.test(name))
        .map((name) => ({ name, text: readFileSync(join(REFERENCE, name), "utf8") }))
    : []),
];

let service: TestService;
beforeAll(async () => {
  // Some of the payloads were made after the day of the tests' clock.
  service = await startTestService({ clock: () => Date.parse("2027-01-01T00:00:00Z") });
});
afterAll(() => service.stop());

describe("/freeswitch_json", () => {
  it.each(payloads)("$name: raw and both forms are one CDR", async ({ text }) => {
    const raw = await service.post("/freeswitch_json?uuid=x", text, {
      "content-type": "application/json",
    });
    expect(raw.status).toBe(200);
    expect(["rated", "partial", "unrated"]).toContain(raw.body.outcome);
    const bodies: [type: string, body: string][] = [
      ["application/x-www-form-urlencoded", `cdr=${encodeURIComponent(text)}`],
      ["application/x-www-form-base64-encoded", `cdr=${Buffer.from(text).toString("base64")}`],
      ["application/x-www-form-urlencoded", text],
    ];
    for (const [type, body] of bodies) {
      const again = await service.post("/freeswitch_json", body, { "content-type": type });
      expect([again.status, again.body.outcome, again.body.id]).toEqual([
        200,
        "duplicate",
        raw.body.id,
      ]);
    }
    const cdr = await service.rpc("cdr.get", { id: raw.body.id });
    const variables = JSON.parse(text).variables as Record<string, string>;
    const micros = Number(variables["billusec"] ?? Number(variables["billmsec"]) * 1000);
    if (!Number.isNaN(micros)) expect(cdr.primary.usage).toBe(Math.round(micros / 1000) / 1000);
    const explained = await service.rpc("cdr.explain", { id: raw.body.id });
    expect(explained.matches).toBe(true);
  });

  it.runIf(hasReference)("every recorded request is taken, byte for byte", async () => {
    const folder = join(REFERENCE, "wire-derived");
    for (const name of readdirSync(folder)) {
      const message = readFileSync(join(folder, name));
      const split = message.indexOf("\r\n\r\n");
      const head = message.subarray(0, split).toString("latin1").split("\r\n");
      const query = /\?\S*/.exec(head[0] ?? "")?.[0] ?? "";
      const path = `/freeswitch_json${query}`;
      const type = head.find((line) => /^content-type:/i.test(line));
      const headers = type === undefined ? {} : { "content-type": type.slice(13).trim() };
      const body = new Uint8Array(message.subarray(split + 4));
      const answer = await service.post(path, body, headers as Record<string, string>);
      expect([200, 202]).toContain(answer.status);
      const again = await service.post(path, body, headers as Record<string, string>);
      expect(["duplicate", "conflict", "suspended"]).toContain(again.body.outcome);
      if (answer.body.outcome === "suspended") {
        const record = await service.rpc("suspense.get", { id: answer.body.suspenseId });
        expect(Buffer.from(record.base64, "base64").equals(body)).toBe(true);
      }
    }
  });

  it("nothing is left out of the extra fields", async () => {
    const document = sampleFreeswitchCdr({ uuid: "extra-1" });
    const posted = await service.post("/freeswitch_json", JSON.stringify(document), {});
    const cdr = await service.rpc("cdr.get", { id: posted.body.id });
    const kept = JSON.stringify(cdr);
    for (const value of Object.values(document.variables as Record<string, string>)) {
      // Times and lengths that became primary fields are there in another spelling.
      if (/^\d+$/.test(value) || value === "") continue;
      expect(kept).toContain(JSON.stringify(value).slice(1, -1));
    }
    expect(cdr.extra).toHaveProperty("callflow");
  });
});
