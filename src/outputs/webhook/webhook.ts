// CDRs posted as JSON. One post at a time: the next one goes when this one was answered with 2xx.
import { createHash } from "node:crypto";
import type { Output, OutputKind, OutputParts } from "../contract.ts";
import { keyOf, sentCdr } from "../record.ts";
import type { WebhookSettings } from "../settings.ts";
import { accessHeaders, post } from "./post.ts";

export const WEBHOOK: OutputKind<WebhookSettings> = {
  batch: ({ records }) => records,
  create: createWebhook,
};

function createWebhook(settings: WebhookSettings, parts: OutputParts): Output {
  const { url, timeoutSeconds } = settings;

  async function postKeyed(body: string, keys: readonly string[]): Promise<void> {
    const headers = {
      ...(await accessHeaders(settings, parts, body)),
      // A repeat of the same CDRs, or periods, has the same, whatever the time.
      "idempotency-key": createHash("sha256").update(keys.join("\n")).digest("hex"),
      "x-cdrate-output": parts.name,
    };
    await post({ url, body, headers, timeoutSeconds }, parts);
  }

  return {
    async send(cdrs, kept) {
      const body = JSON.stringify({ output: parts.name, cdrs: cdrs.map(sentCdr) });
      await postKeyed(body, cdrs.map(keyOf));
      return kept;
    },
    async sendPeriods(periods) {
      const body = JSON.stringify({ output: parts.name, periods });
      await postKeyed(
        body,
        periods.map(({ key }) => key),
      );
    },
  };
}
