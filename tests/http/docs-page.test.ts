// Goal: the reference page has every method, and shows under its own Content-Security-Policy.
// Method: the page of a service, read as text and, where there is one, by headless Chromium.
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schemaText } from "../../src/http/schema-text.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const BROWSER = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);
if (BROWSER === undefined) {
  process.stderr.write("\n*** no Chromium here: GET /docs is NOT tried in a browser ***\n");
}

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ demo: false });
});
afterAll(() => service.stop());

describe("GET /docs", () => {
  it("has a section and a link for every method, and loads nothing", async () => {
    const { status, headers, body } = await service.get("/docs");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("text/html");
    for (const { name } of METHODS) {
      expect(body).toContain(`<section id="${name}">`);
      expect(body).toContain(`<a href="#${name}">`);
    }
    // Attributes of tags: the text of a mail among the examples has some, as text.
    expect(body).not.toMatch(
      /<script|<link|<img|<iframe|<[^>]*\s(src|style|on\w+)=|url\(|@import/i,
    );
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? "";
    expect(policy).toContain(createHash("sha256").update(style).digest("base64"));
  });

  it("shows each type that methods share once, and leads to it from where it is named", async () => {
    const { body } = await service.get("/docs");
    const links = [...body.matchAll(/href="#(type-\w+)"/g)].map(([, id]) => id);
    expect(new Set(links).size).toBeGreaterThan(10);
    for (const id of new Set(links)) expect(body.split(`<h3 id="${id}">`)).toHaveLength(2);
    expect(body).toContain('<code><a href="#type-Filter">Filter</a></code>');
  });

  it.skipIf(BROWSER === undefined)("is shown by Chromium, with its style", async () => {
    const profile = mkdtempSync(join(tmpdir(), "cdrate-chromium-"));
    const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"];
    try {
      const { stdout, stderr } = await promisify(execFile)(
        BROWSER ?? "",
        [...flags, `--user-data-dir=${profile}`, "--dump-dom", `${service.url}/docs`],
        { maxBuffer: 64_000_000, timeout: 50_000 },
      );
      expect(stdout).toContain('<section id="cdr.find">');
      expect(stderr).not.toMatch(/Refused to|Content Security Policy/);
    } finally {
      rmSync(profile, { recursive: true, force: true });
    }
  });
});

describe("a schema as a type", () => {
  it.each([
    [{ type: "string" }, "string"],
    [{ type: ["number", "null"] }, "number | null"],
    [{ enum: ["a", "b"] }, '"a" | "b"'],
    [
      { type: "array", items: { anyOf: [{ type: "string" }, { type: "null" }] } },
      "(string | null)[]",
    ],
    [
      {
        type: "object",
        properties: { a: { type: "string" }, b: { type: "number" } },
        required: ["a"],
        additionalProperties: false,
      },
      "{\n  a: string\n  b?: number\n}",
    ],
    [{ type: "array", items: { $ref: "#/components/schemas/Call" } }, "Call[]"],
    [{ $ref: "#/components/schemas/Time" }, "time (RFC 3339)"],
  ])("%j", (schema, text) => {
    const shared = {
      Call: { type: "object", properties: { at: { $ref: "#/components/schemas/Time" } } },
      Time: { type: "string", format: "date-time" },
    };
    expect(schemaText(schema, shared)).toBe(text);
  });
});
