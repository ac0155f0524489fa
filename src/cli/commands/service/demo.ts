// cdrate demo: rates a bundled set of CDRs in a store of its own and prints what came out.

import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { EVERYTHING } from "../../../access/scope.ts";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import type { Side } from "../../../cdr/rating.ts";
import { composeEngine } from "../../../compose/engine.ts";
import { createLog } from "../../../compose/log.ts";
import { readSettings } from "../../../config/config.ts";
import { readTariffFiles } from "../../../engine/tariffs/folders/folders.ts";
import { readCgrForm } from "../../../formats/cgr-form.ts";
import { PACKAGE_FOLDER } from "../../../program.ts";
import type { CommandParts } from "../../command-parts.ts";
import { DEMO_CDRS } from "../../demo-cdrs.ts";
import { table } from "../../output.ts";

const DEMO_TARIFF = fileURLToPath(new URL("tariffs/demo", PACKAGE_FOLDER));

export function addDemoCommand(program: Command, { output }: CommandParts): void {
  program
    .command("demo")
    .description("rate bundled CDRs with the demo tariff; nothing is kept")
    .option("--json", "answer as JSON")
    .action(async (options: { json?: boolean }) => {
      const settings = readSettings({ environment: {}, flags: { store: "sqlite::memory:" } });
      const engine = await composeEngine(settings, { log: createLog("error") });
      try {
        const files = await readTariffFiles(DEMO_TARIFF);
        const { version } = await engine.tariffs.load({ files }, { name: "demo" });
        await engine.tariffs.activate(version);
        const cdrs: StoredCdr[] = [];
        for (const form of DEMO_CDRS) {
          const bytes = Buffer.from(form, "utf8");
          const source = engine.sourceOf({ path: "/cgr", address: "127.0.0.1", credential: null });
          const read = readCgrForm({ body: bytes, query: "", contentType: null });
          const { id } = await engine.intake.process(
            { source, format: "cgr-form", bytes, scope: EVERYTHING },
            read,
          );
          if (id !== null) cdrs.push(await engine.cdrs.one({ id, scope: EVERYTHING }));
        }
        if (options.json === true) return output.printJson(cdrs);
        output.print(demoTable(cdrs));
      } finally {
        await engine.close();
      }
    });
}

function demoTable(cdrs: StoredCdr[]): string {
  return table(
    ["account", "number", "seconds", "prefix", "sell", "carrier", "buy", "margin", "reason"],
    cdrs.map(({ primary, rating }) => [
      primary.account,
      primary.destination,
      String(primary.usage / 1000),
      rating.sell?.prefix ?? rating.buy?.prefix ?? "—",
      money(rating.sell),
      rating.buy?.carrier ?? "—",
      money(rating.buy),
      money(rating.margin),
      rating.reason ?? rating.sell?.reason ?? rating.buy?.reason ?? "",
    ]),
  );
}

function money(side: Pick<Side, "amount" | "currency"> | null): string {
  return side === null || side.amount === null ? "—" : `${side.amount} ${side.currency}`;
}
