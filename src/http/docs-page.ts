// GET /docs: the OpenRPC document as one page to read, without scripts or anything from elsewhere.
import { createHash } from "node:crypto";
import { htmlText } from "../queries/html-text.ts";
import type { OpenRpcDocument, OpenRpcMethod } from "../rpc/document/openrpc.ts";
import type { JsonSchema } from "../rpc/document/shared-schemas.ts";
import { type Shared, schemaText } from "./schema-text.ts";

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #0a6ebd; }
@media (prefers-color-scheme: dark) { :root { --accent: #6cb6ff; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: grid;
  grid-template-columns: 15rem minmax(0, 56rem); gap: 2rem; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1rem;
  box-sizing: border-box; border-right: 1px solid var(--line); font-size: .9rem; }
nav a { display: block; padding: .1rem 0; } a { color: var(--accent); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
main { padding: 1rem 1.5rem 4rem; } h2 { margin: 0; font-size: 1.15rem; }
h3 { font-size: .85rem; margin: 1rem 0 .25rem; text-transform: uppercase; letter-spacing: .05em; }
section { border-top: 1px solid var(--line); padding: 1.5rem 0; }
code, pre { font: .85rem/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem 1rem; overflow: auto; margin: .25rem 0;
  border-radius: 6px; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: .9rem; }
td:first-child { width: 9rem; } main { min-width: 0; overflow-wrap: anywhere; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border-bottom: 1px solid var(--line); }
.role { border: 1px solid var(--line); border-radius: 99px; padding: 0 .6rem; font-size: .8rem;
  margin-left: .5rem; font-weight: normal; }
summary { cursor: pointer; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto;
  border-right: 0; } }
`;

/** Sent with the page: nothing is loaded, run or framed. */
export const DOCS_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

const pre = (text: string): string => `<pre><code>${htmlText(text)}</code></pre>`;

export function docsPage(document: OpenRpcDocument): string {
  const { info, methods, components, "x-reasons": reasons } = document;
  const { schemas } = components;
  const types = Object.keys(schemas).filter((id) => schemas[id]?.["type"] === "object");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(info.title)} ${htmlText(info.version)}: JSON-RPC reference</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Methods"><strong>${htmlText(info.title)} ${htmlText(info.version)}</strong>
${methods.map(({ name }) => `<a href="#${htmlText(name)}">${htmlText(name)}</a>`).join("\n")}
<a href="#types">Types</a>
<a href="#reasons">Reasons</a>
</nav>
<main>
<h1>JSON-RPC reference</h1>
<p>${htmlText(info.description)} Params go by name, or by position in the order of their table;
a batch is an array of calls. An error's <code>data</code> has <code>code</code>, <code>path</code>
and <code>hint</code>. The same as a document: <a href="/openrpc.json">openrpc.json</a>.</p>
${methods.map((method) => methodSection(method, schemas)).join("\n")}
<section id="types">
<h2><a href="#types">Types</a></h2>
<p>What several methods share.</p>
${types.map((id) => `<h3 id="${typeId(id)}">${htmlText(id)}</h3>${schemaPre(schemas[id] ?? {}, schemas)}`).join("\n")}
</section>
<section id="reasons">
<h2><a href="#reasons">Reasons</a></h2>
<p>Why a side has no price, a CDR is not rated or a record is suspended, and what to do.</p>
<table>${reasons.map(reasonRow).join("")}</table>
</section>
</main>
</body>
</html>
`;
}

function reasonRow({ reason, meaning, remedy }: OpenRpcDocument["x-reasons"][number]): string {
  return `<tr><td><code>${htmlText(reason)}</code></td><td>${htmlText(meaning)}<br>${htmlText(remedy)}</td></tr>`;
}

function methodSection(method: OpenRpcMethod, shared: Shared): string {
  const { name, summary, tags, params, result, errors, examples } = method;
  const role = tags.map((tag) => tag.name.replace(/^role:/, "")).join(", ");
  const rows = params.map(
    (param) =>
      `<tr><td><code>${htmlText(param.name)}</code>${param.required ? " *" : ""}</td>` +
      `<td>${htmlText(param.description)}${schemaCell(param.schema, shared)}</td></tr>`,
  );
  const members = examples[0]?.params.map((param) => [param.name, param.value] as const) ?? [];
  const request = {
    jsonrpc: "2.0",
    id: 1,
    method: name,
    params: Object.fromEntries(members),
  };
  return `<section id="${htmlText(name)}">
<h2><a href="#${htmlText(name)}">${htmlText(name)}</a><span class="role">${htmlText(role)}</span></h2>
<p>${htmlText(summary)}</p>
<h3>Params</h3>
${rows.length === 0 ? "<p>None.</p>" : `<table>${rows.join("")}</table>`}
<h3>Result</h3>
${schemaCell(result.schema, shared)}
<h3>Errors</h3>
<p>${errors.map(({ code, data }) => `<code>${htmlText(data.code)}</code> (${code})`).join(" · ")}</p>
<h3>Example</h3>
${pre(JSON.stringify(request, null, 2))}
${exampleAnswer(examples[0]?.result.value)}
</section>`;
}

const SHORT = 600;

/** What the example answers; a long one is folded. */
function exampleAnswer(value: unknown): string {
  if (value === undefined) return "";
  const text = pre(JSON.stringify(value, null, 2));
  return `<details><summary>It answers</summary>${text}</details>`;
}

/** Long types are folded. */
function schemaCell(schema: JsonSchema, shared: Shared): string {
  const text = schemaText(schema, shared);
  const note =
    typeof schema["default"] === "undefined" ? "" : ` = ${JSON.stringify(schema["default"])}`;
  const shown = schemaPre(schema, shared, note);
  if (text.length <= SHORT) return shown;
  const names = Object.keys({ ...(schema["properties"] as object | undefined) });
  const kind = names.length === 0 ? (text.split("\n", 1)[0] ?? "") : `{ ${names.join(", ")} }`;
  return `<details><summary><code>${htmlText(kind)}</code></summary>${shown}</details>`;
}

const typeId = (id: string): string => `type-${htmlText(id)}`;

/** A type, with a link to each shared one that it names. */
function schemaPre(schema: JsonSchema, shared: Shared, note = ""): string {
  const text = htmlText(schemaText(schema, shared));
  const linked = text.replace(/(?<![\w;])[A-Z]\w*/g, (id) =>
    Object.hasOwn(shared, id) ? `<a href="#${typeId(id)}">${id}</a>` : id,
  );
  return `<pre><code>${linked}${htmlText(note)}</code></pre>`;
}
