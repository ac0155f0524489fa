// The folders and webhooks of the settings that schedules may name.
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Parcel, ParcelOutcome, Target } from "../../engine/mailing/target.ts";
import type { Clock } from "../../engine/ports.ts";
import type { SecretPlace } from "../../feeds/secret.ts";
import { NotTaken } from "../contract.ts";
import { accessHeaders, post } from "../webhook/post.ts";
import type { FolderSettings, HookSettings, ScheduleSettings } from "./settings.ts";

export interface TargetParts {
  clock: Clock;
  secret(place: SecretPlace): Promise<string>;
}

/** A file takes no longer, or its disk is away. */
const LONGEST_FILE_MS = 60_000;

export function createTargets(settings: ScheduleSettings, parts: TargetParts): Target[] {
  return [
    ...settings.folders.map(folderTarget),
    ...settings.webhooks.map((one) => webhookTarget(one, parts)),
  ];
}

/** Written beside, made durable and renamed: whoever reads the folder sees whole files alone. */
function folderTarget({ name, path, tenants }: FolderSettings): Target {
  return {
    ...{ kind: "folder", name, tenants: tenants ?? null, longestMs: LONGEST_FILE_MS },
    async deliver({ fileName, content }) {
      const file = join(path, fileName);
      try {
        const handle = await open(`${file}.part`, "w", 0o640);
        try {
          await handle.writeFile(content);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(`${file}.part`, file);
        const folder = await open(path, "r");
        await folder.sync().finally(() => folder.close());
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? String(error);
        return { outcome: "not-taken", fault: `the folder ${name} took no file: ${code}` };
      }
      return { outcome: "sent", answer: fileName };
    },
  };
}

function webhookTarget(settings: HookSettings, { clock, secret }: TargetParts): Target {
  const { name, url, tenants, timeoutSeconds } = settings;
  return {
    ...{ kind: "webhook", name, tenants: tenants ?? null, longestMs: timeoutSeconds * 1000 },
    async deliver(
      { id, schedule, report, period, answer }: Parcel,
      signal,
    ): Promise<ParcelOutcome> {
      const body = JSON.stringify({ id, schedule, report, period, answer });
      try {
        const headers = {
          ...(await accessHeaders(settings, { clock, secret }, body)),
          "idempotency-key": id,
          "x-cdrate-schedule": schedule,
        };
        await post({ url, body, headers, timeoutSeconds }, { signal, clock });
        return { outcome: "sent", answer: new URL(url).host };
      } catch (error) {
        if (error instanceof NotTaken) {
          return { outcome: "not-taken", fault: error.message, againMs: error.againMs };
        }
        const fault = error instanceof Error ? error.message : String(error);
        return { outcome: "not-taken", fault };
      }
    },
  };
}
