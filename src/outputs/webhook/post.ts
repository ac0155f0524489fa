// One post to a receiver, and what it says of itself: taken with 2xx, or not, and then why.
import type { Clock } from "../../engine/ports.ts";
import type { SecretPlace } from "../../feeds/secret.ts";
import { NotTaken } from "../contract.ts";
import { signatureOf } from "./signature.ts";

/** Of an answer only so much is read. */
const MOST_ANSWER_BYTES = 65_536;
/** Of a refusal only so much is told. */
const TOLD_CHARACTERS = 200;

/** Resolves when it was answered with 2xx. @throws NotTaken */
export async function post(
  {
    url,
    body,
    headers,
    timeoutSeconds,
  }: { url: string; body: string; headers: Record<string, string>; timeoutSeconds: number },
  { signal: ended, clock }: { signal: AbortSignal; clock: Clock },
): Promise<void> {
  const place = new URL(url).host;
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = AbortSignal.any([ended, limit]);
  // Where it is sent on to, nobody has chosen.
  const options = { method: "POST", body, headers, signal, redirect: "manual" } as const;
  try {
    const response = await fetch(url, options);
    const text = await beginningOf(response);
    if (response.ok) return;
    const told = text.trim().slice(0, TOLD_CHARACTERS);
    throw new NotTaken(
      `${place} answered ${response.status}${told === "" ? "" : `: ${told}`}`,
      retryAfterMs(response.headers.get("retry-after"), clock()),
    );
  } catch (error) {
    if (error instanceof NotTaken) throw error;
    if (limit.aborted) throw new NotTaken(`${place} did not answer in ${timeoutSeconds} s`);
    throw new NotTaken(`${place} cannot be reached: ${reasonOf(error)}`);
  }
}

/** Where the settings say that the key of the signature and the `Authorization` header are. */
export interface WebhookAccess {
  secretEnv?: string | undefined;
  secretFile?: string | undefined;
  authorizationEnv?: string | undefined;
  authorizationFile?: string | undefined;
}

/** What every post says of who sent it. @throws where a secret is not there */
export async function accessHeaders(
  access: WebhookAccess,
  { clock, secret }: { clock: Clock; secret(place: SecretPlace): Promise<string> },
  body: string,
): Promise<Record<string, string>> {
  const { secretEnv, secretFile, authorizationEnv, authorizationFile } = access;
  const timestamp = String(Math.floor(clock() / 1000));
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "user-agent": "cdrate",
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
