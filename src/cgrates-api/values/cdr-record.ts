// A CDR as the engine's clients send it, as a record of the intake.
import type { Json, JsonObject } from "../../cdr/json.ts";
import { isTimed } from "../../cdr/usage.ts";
import { DEFAULT_RUN } from "../../cgrates/charger-runs.ts";
import type { CdrAnswer } from "../../engine/intake/answers.ts";
import type { Arrival } from "../../engine/intake/arrival.ts";
import type { RawCdr } from "../../formats/format.ts";
import { cdrId } from "../../mediation/content-hash.ts";
import type { ApiContext } from "../method.ts";
import { debits } from "../views/account-debit.ts";

/** What a client says of a call; empty texts say nothing. */
export interface SentCdr {
  OriginID: string;
  OriginHost: string;
  Source: string;
  ToR: string;
  RequestType: string;
  Tenant: string;
  Category: string;
  Account: string;
  Subject: string;
  Destination: string;
  /** RFC 3339. */
  SetupTime?: string | undefined;
  AnswerTime?: string | undefined;
  /** Nanoseconds, or units of what is not time. */
  Usage: number;
  ExtraFields: Record<string, string>;
  /** What runs that are not rated show; absent: −1. */
  Cost?: number | undefined;
}

/** As a format reads it. */
export function rawCdr(cdr: SentCdr): RawCdr {
  // A negative usage is rated as none.
  const usage = Math.max(cdr.Usage, 0);
  const isTime = cdr.ToR === "" || isTimed(cdr.ToR);
  const primary: Record<string, Json> = {
    originId: cdr.OriginID,
    originHost: cdr.OriginHost,
    source: cdr.Source,
    tor: cdr.ToR,
    requestType: cdr.RequestType,
    tenant: cdr.Tenant,
    category: cdr.Category,
    account: cdr.Account,
    subject: cdr.Subject,
    destination: cdr.Destination,
    setupTime: cdr.SetupTime ?? "",
    answerTime: cdr.AnswerTime ?? "",
    usage: isTime ? `${usage}ns` : usage,
  };
  return {
    primary: Object.fromEntries(Object.entries(primary).filter(([, value]) => value !== "")),
    extra: cdr.ExtraFields,
    warnings: [],
    ...(cdr.Cost === undefined ? {} : { sentCost: cdr.Cost }),
    ...(isTime && usage % 1e6 !== 0 ? { sentUsageNs: usage } : {}),
  };
}

/** The id that it is stored under. */
export function idOf({ OriginID, OriginHost }: SentCdr): string {
  return cdrId(OriginID, OriginHost);
}

/**
 * Hands it to the intake; the answer is there when the record is durable.
 * @throws EngineError `store-unavailable`, `forbidden`
 */
export async function takeCdr(cdr: SentCdr, { engine, caller }: ApiContext): Promise<CdrAnswer> {
  const { address, credential, scope } = caller;
  const id = idOf(cdr);
  // Sessions are of calls that debit their account.
  const said = debits(cdr.RequestType) ? await engine.sessionCosts.get(id, DEFAULT_RUN) : null;
  const raw = rawCdr(said === null ? cdr : { ...cdr, Cost: said });
  const arrival: Arrival = {
    source: engine.sourceOf({ path: "/jsonrpc", address, credential }),
    format: "cdr-object",
    // What goes to suspense is retried as the same fields.
    bytes: Buffer.from(JSON.stringify({ ...raw.extra, ...raw.primary } satisfies JsonObject)),
    scope,
  };
  const answer = await engine.intake.process(arrival, { ok: true, raw });
  const isStored = answer.outcome !== "suspended" && answer.outcome !== "conflict";
  if (said !== null && isStored) await engine.sessionCosts.drop(id, DEFAULT_RUN);
  return answer;
}
