// CDRs posted as JSON. One post at a time: the next one goes when this one was answered with 2xx.
import { createHash } from "node:crypto";
import { NotTaken, type Output, type OutputKind, type OutputParts } from "../contract.ts";
import { keyOf, sentCdr } from "../record.ts";
import type { WebhookSettings } from "../settings.ts";
import { signatureOf } from "./signature.ts";

/** Of an answer only so much is read. */
const MOST_ANSWER_BYTES = 65_536;
/** Of a refusal only so much is told. */
const TOLD_CHARACTERS = 200;

export const WEBHOOK: OutputKind<WebhookSettings> = {
  batch: ({ records }) => records,
  create: createWebhook,
};

function createWebhook(settings: WebhookSettings, parts: OutputParts): Output {
  const { url, timeoutSeconds } = settings;
  const place = new URL(url).host;

  async function post(body: string, headers: Record<string, string>): Promise<void> {
    const limit = AbortSignal.timeout(timeoutSeconds * 1000);
    const signal = AbortSignal.any([parts.signal, limit]);
    // Where it is sent on to, nobody has chosen.
    const options = { method: "POST", body, headers, signal, redirect: "manual" } as const;
    try {
      const response = await fetch(url, options);
      const text = await beginningOf(response);
      if (response.ok) return;
      const told = text.trim().slice(0, TOLD_CHARACTERS);
      throw new NotTaken(
        `${place} answered ${response.status}${told === "" ? "" : `: ${told}`}`,
        retryAfterMs(response.headers.get("retry-after"), parts.clock()),
      );
    } catch (error) {
      if (error instanceof NotTaken) throw error;
      if (limit.aborted) throw new NotTaken(`${place} did not answer in ${timeoutSeconds} s`);
      throw new NotTaken(`${place} cannot be reached: ${reasonOf(error)}`);
    }
  }

  return {
    async send(cdrs, kept) {
      const body = JSON.stringify({ output: parts.name, cdrs: cdrs.map(sentCdr) });
      await post(body, await headersOf(settings, parts, { keys: cdrs.map(keyOf), body }));
      return kept;
    },
    async sendPeriods(periods) {
      const body = JSON.stringify({ output: parts.name, periods });
      const keys = periods.map(({ key }) => key);
      await post(body, await headersOf(settings, parts, { keys, body }));
    },
  };
}

async function headersOf(
  settings: WebhookSettings,
  { name, clock, secret }: OutputParts,
  { keys, body }: { keys: readonly string[]; body: string },
): Promise<Record<string, string>> {
  const { secretEnv, secretFile, authorizationEnv, authorizationFile } = settings;
  const timestamp = String(Math.floor(clock() / 1000));
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "user-agent": "cdrate",
    // A repeat of the same CDRs, or periods, has the same, whatever the time.
    "idempotency-key": createHash("sha256").update(keys.join("\n")).digest("hex"),
    "x-cdrate-output": name,
    "x-cdrate-timestamp": timestamp,
  };
  if (secretEnv !== undefined || secretFile !== undefined) {
    const key = await secret({ secretEnv, secretFile });
    headers["x-cdrate-signature"] = `sha256=${signatureOf(key, timestamp, body)}`;
  }
  if (authorizationEnv !== undefined || authorizationFile !== undefined) {
    const place = { secretEnv: authorizationEnv, secretFile: authorizationFile };
    headers["authorization"] = await secret(place);
  }
  return headers;
}

/** Read to its end where it is short, so that the connection can be used again. */
async function beginningOf(response: Response): Promise<string> {
  if (response.body === null) return "";
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MOST_ANSWER_BYTES) break;
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** Seconds or a date (RFC 9110, 10.2.3); 0 where it says nothing that can be read. */
function retryAfterMs(value: string | null, nowMs: number): number {
  if (value === null) return 0;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}

/** fetch says what happened in the cause alone. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
