// The one table of the kinds of outputs.
import type { OutputKind } from "./contract.ts";
import { FILES } from "./files/files.ts";
import type { OutputSettings } from "./settings.ts";
import { SQL } from "./sql/sql.ts";
import { WEBHOOK } from "./webhook/webhook.ts";

export const OUTPUT_KINDS: {
  [Kind in OutputSettings["kind"]]: OutputKind<Extract<OutputSettings, { kind: Kind }>>;
} = {
  webhook: WEBHOOK,
  files: FILES,
  sql: SQL,
};
