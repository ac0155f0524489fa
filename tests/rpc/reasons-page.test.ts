// docs/reasons.md, the OpenRPC document and /docs tell the reasons as the one table has them.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { REASONS, type Reason } from "../../src/cdr/reasons.ts";
import { REMEDIES } from "../../src/cdr/remedies.ts";
import { docsPage } from "../../src/http/docs-page.ts";
import { openRpcDocument } from "../../src/rpc/document/openrpc.ts";

const page = readFileSync(new URL("../../docs/reasons.md", import.meta.url), "utf8");
const reasons = Object.entries(REASONS) as [Reason, string][];

it("every reason stands on the page with its sentence and remedy, and no other", () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \| (.*) \|$/gm)].map((row) =>
    row.slice(1),
  );
  expect(rows).toEqual(reasons.map(([reason, meaning]) => [reason, meaning, REMEDIES[reason]]));
});

it("the OpenRPC document and /docs have them too", () => {
  const document = openRpcDocument();
  expect(document["x-reasons"]).toEqual(
    reasons.map(([reason, meaning]) => ({ reason, meaning, remedy: REMEDIES[reason] })),
  );
  const shown = docsPage(document);
  for (const [reason] of reasons) expect(shown).toContain(`<td><code>${reason}</code></td>`);
});
