// CDRs that come as events: members of any name, with flags that say what is done with them.
import { requirePermission } from "../../access/permissions.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import type { Decoded } from "../codec/go-decode.ts";
import { any, list, map, struct, text, texts } from "../codec/go-type.ts";
import { type ApiContext, ApiError, type ApiMethod, type Service, serverError } from "../method.ts";
import { idOf, rawCdr, type SentCdr, takeCdr } from "../values/cdr-record.ts";
import { ratedEvent, unratedEvent } from "../views/cdr-events.ts";
import { pricedRow, unpricedRow } from "../views/cdr-rows.ts";
import { fromTexts, saidOf, TEXTS } from "./cdr-writes.ts";

const EVENT = struct("engine.CGREventWithFlags", {
  Flags: texts,
  Tenant: text,
  ID: text,
  Event: map(any),
  APIOpts: map(any),
});

interface SentEvent {
  Flags?: string[];
  Tenant: string;
  Event?: Record<string, unknown>;
  APIOpts?: Record<string, unknown>;
}

/** Asked for after the record is stored: there are no such parts here. */
const AFTER = ["*thresholds", "*stats"];

function hasFlag({ Flags = [], APIOpts = {} }: SentEvent, name: string): boolean {
  return Flags.includes(name) || Flags.includes(`${name}:true`) || APIOpts[name] === true;
}

function isOff({ Flags = [], APIOpts = {} }: SentEvent, name: string): boolean {
  return Flags.includes(`${name}:false`) || APIOpts[name] === false;
}

const failed = () => new ApiError("PARTIALLY_EXECUTED");

/**
 * Takes an event as the CDR that it says.
 * @returns the id and tenant of the stored CDR; null where it is not to be stored
 * @throws ApiError
 */
async function takeEvent(
  event: SentEvent,
  context: ApiContext,
): Promise<{ id: string; tenant: string } | null> {
  if (event.Event === undefined || hasFlag(event, "*attributes")) throw failed();
  const cdr = readEvent(event, context);
  const key = { id: idOf(cdr), tenant: cdr.Tenant };
  if (isAgain(event)) {
    await takeAgain(event, cdr, context);
    return key;
  }
  // Nothing that is answered with "OK" is lost, unless it was asked not to be kept.
  if (isOff(event, "*store")) return null;
  saidOf(await takeCdr(cdr, context));
  if (AFTER.some((flag) => hasFlag(event, flag))) throw failed();
  return key;
}

/** It is about a record that is stored. */
function isAgain(event: SentEvent): boolean {
  return hasFlag(event, "*rerate") || hasFlag(event, "*refund");
}

function readEvent(event: SentEvent, context: ApiContext): SentCdr {
  try {
    return eventCdr(event, context);
  } catch (error) {
    throw error instanceof ApiError ? failed() : error;
  }
}

/** With `*rerate` the stored record says what the event says, and is priced with what is in force. */
async function takeAgain(event: SentEvent, cdr: SentCdr, context: ApiContext): Promise<void> {
  const { engine, caller } = context;
  const { scope } = caller;
  const question = { id: idOf(cdr), tenant: cdr.Tenant, scope };
  if ((await storedCdr(question, context)) === null) throw failed();
  if (!hasFlag(event, "*rerate")) throw new ApiError("EXISTS");
  requirePermission(caller, "cdr.correct");
  if (isOff(event, "*store")) return;
  const { primary, extra } = rawCdr(cdr);
  const fields = { ...extra, ...primary };
  await engine.acts.noted(
    { by: caller, act: "CDRsV1.ProcessEvent", subject: question.id, tenant: cdr.Tenant },
    {
      async run() {
        await engine.corrections.correct(question, { fields, note: "*rerate" });
        await engine.corrections.rateAgain(question);
      },
    },
  );
}

async function storedCdr(
  { id, tenant }: { id: string; tenant: string },
  { engine, caller }: ApiContext,
): Promise<StoredCdr | null> {
  const { cdrs } = await engine.cdrs.find(
    {
      filter: { ids: [id], tenants: [tenant] },
      sort: { by: "callTime", descending: false },
      limit: 1,
    },
    { scope: caller.scope },
  );
  return cdrs[0] ?? null;
}

const PRIMARY = new Set([...Object.keys(TEXTS), "SetupTime", "AnswerTime", "Usage"]);
/** Members of a record that are no fields of the call. */
const OTHERS = new Set(["OrderID", "Cost", "CostDetails", "Partial", "PreRated", "ExtraFields"]);

function eventCdr({ Tenant, Event = {} }: SentEvent, context: ApiContext): SentCdr {
  const written = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const own: Record<string, string> = {};
  const extra: Record<string, string> = {};
  for (const [name, value] of Object.entries(Event)) {
    if (value === undefined || value === null) continue;
    if (PRIMARY.has(name)) own[name] = written(value);
    else if (!OTHERS.has(name)) extra[name] = written(value);
  }
  const empty = Object.fromEntries(Object.keys(TEXTS).map((name) => [name, ""]));
  const tenant = own["Tenant"] || Tenant || DEFAULT_TENANT;
  const cdr = fromTexts({ ...empty, ...own, Tenant: tenant, ExtraFields: extra }, context);
  const cost = Event["Cost"];
  return typeof cost === "number" ? { ...cdr, Cost: cost } : cdr;
}

const processEvent: ApiMethod = {
  params: EVENT,
  permission: "cdr.write",
  writes: true,
  async run(params, context) {
    await takeEvent(params, context);
    return "OK";
  },
};

const processEvents: ApiMethod = {
  params: struct("engine.ArgsProcessEvents", {
    Flags: texts,
    CGREvents: list(struct("utils.CGREvent", { Tenant: text, ID: text, Event: map(any) })),
    APIOpts: map(any),
  }),
  permission: "cdr.write",
  writes: true,
  async run({ CGREvents = [], ...shared }: { CGREvents?: SentEvent[] } & SentEvent, context) {
    let fault: ApiError | null = null;
    for (const event of CGREvents) {
      try {
        await takeEvent({ ...shared, ...event }, context);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        fault = error;
      }
    }
    if (fault !== null) throw fault;
    return "OK";
  },
};

/** Answers what became of each run. */
const processEventV2: ApiMethod = {
  ...processEvent,
  async run(params: Decoded, context) {
    if (isOff(params, "*store") && !isAgain(params)) {
      throw serverError("what is not stored is not priced here: APIerSv1.GetCost prices a call");
    }
    const key = await takeEvent(params, context);
    const cdr = key && (await storedCdr(key, context));
    if (cdr === null) throw failed();
    const runs = await context.engine.cdrs.billingRuns(cdr);
    const wanted = isOff(params, "*chargers") ? runs.filter(({ id }) => id === "*default") : runs;
    return wanted.map((run, index) => {
      const row = unpricedRow(cdr, run, index);
      const isRated = run.priced().kind !== "none";
      const Event = isRated
        ? ratedEvent(pricedRow(row, run))
        : unratedEvent(params.Event, { row, base: cdr.primary, isAgain: isAgain(params) });
      return { Flags: [], Event };
    });
  },
};

export const cdrEvents: Service = { ProcessEvent: processEvent, ProcessEvents: processEvents };
export const cdrEventsV2: Service = { ProcessEvent: processEventV2 };
