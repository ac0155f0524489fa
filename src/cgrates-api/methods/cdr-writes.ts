// CDRs that come in over the API: an answer is sent after the record is durable, as on every road.
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import type { CdrAnswer } from "../../engine/intake/answers.ts";
import type { Decoded } from "../codec/go-decode.ts";
import {
  any,
  bool,
  duration,
  embedded,
  int,
  list,
  map,
  struct,
  text,
  textMap,
  texts,
  time,
} from "../codec/go-type.ts";
import { type ApiContext, ApiError, type ApiMethod, type Service } from "../method.ts";
import { type SentCdr, takeCdr } from "../values/cdr-record.ts";
import { readDuration } from "../values/duration.ts";
import { isZero, readTime, timeText } from "../values/time.ts";

const TEXTS = {
  CGRID: text,
  RunID: text,
  OriginHost: text,
  Source: text,
  OriginID: text,
  ToR: text,
  RequestType: text,
  Tenant: text,
  Category: text,
  Account: text,
  Subject: text,
  Destination: text,
  ExtraInfo: text,
  CostSource: text,
} as const;

const COST = { kind: "float", name: "float64" } as const;

const CDR = struct("engine.CDR", {
  ...TEXTS,
  OrderID: int,
  SetupTime: time,
  AnswerTime: time,
  Usage: duration,
  ExtraFields: textMap,
  Partial: bool,
  PreRated: bool,
  Cost: COST,
  CostDetails: any,
});

const EXTERNAL = struct("engine.ExternalCDR", {
  ...TEXTS,
  /** Its earlier name. */
  AccId: text,
  OrderID: int,
  SetupTime: text,
  AnswerTime: text,
  Usage: text,
  ExtraFields: textMap,
  Cost: COST,
  CostDetails: text,
  PreRated: bool,
});

/** What the engine answers for what became of a record. */
function saidOf({ outcome, detail, reason }: CdrAnswer): "OK" {
  if (outcome === "duplicate" || outcome === "conflict") throw new ApiError("EXISTS");
  if (outcome === "suspended") throw new ApiError(`SERVER_ERROR: suspended, ${reason}: ${detail}`);
  return "OK";
}

const processCdr: ApiMethod = {
  params: struct("engine.CDRWithAPIOpts", embedded("CDR", CDR)),
  permission: "cdr.write",
  writes: true,
  run: async (params, context) =>
    saidOf(
      await takeCdr(
        { ...params, Usage: params.Usage ?? 0, ExtraFields: params.ExtraFields ?? {} },
        context,
      ),
    ),
};

const processExternal: ApiMethod = {
  params: struct("engine.ExternalCDRWithAPIOpts", embedded("ExternalCDR", EXTERNAL)),
  permission: "cdr.write",
  writes: true,
  run: async (params, context) => saidOf(await takeCdr(fromTexts(params, context), context)),
};

/** @throws ApiError with the engine's words for a time or a usage */
function fromTexts(params: Decoded, { engine }: ApiContext): SentCdr {
  const nowMs = engine.clock();
  const instant = (written: string) => {
    const moment = readTime(written, nowMs);
    return isZero(moment) ? "" : timeText(moment);
  };
  return {
    ...params,
    OriginID: params.OriginID || params.AccId || "",
    SetupTime: instant(params.SetupTime ?? ""),
    AnswerTime: instant(params.AnswerTime ?? ""),
    Usage: readDuration(String(params.Usage ?? "")),
    ExtraFields: params.ExtraFields ?? {},
  };
}

const EVENT = struct("engine.CGREventWithFlags", {
  Flags: texts,
  Tenant: text,
  ID: text,
  Event: map(any),
  APIOpts: map(any),
});

/** Of these parts of the engine there is nothing here. */
const NOT_CONNECTED = ["*attributes", "*refund", "*rerate"];
/** Asked for after the record is stored. */
const AFTER = ["*thresholds", "*stats"];

interface SentEvent {
  Flags?: string[];
  Tenant: string;
  Event?: Record<string, unknown>;
  APIOpts?: Record<string, unknown>;
}

function hasFlag({ Flags = [], APIOpts = {} }: SentEvent, name: string): boolean {
  return Flags.includes(name) || Flags.includes(`${name}:true`) || APIOpts[name] === true;
}

function isOff({ Flags = [], APIOpts = {} }: SentEvent, name: string): boolean {
  return Flags.includes(`${name}:false`) || APIOpts[name] === false;
}

/** Takes an event as the CDR that it says. @throws ApiError */
async function takeEvent(event: SentEvent, context: ApiContext): Promise<void> {
  const failed = new ApiError("PARTIALLY_EXECUTED");
  if (event.Event === undefined) throw failed;
  if (NOT_CONNECTED.some((flag) => hasFlag(event, flag))) throw failed;
  let cdr: SentCdr;
  try {
    cdr = eventCdr(event, context);
  } catch (error) {
    throw error instanceof ApiError ? failed : error;
  }
  // Nothing that is answered with "OK" is lost, unless it was asked not to be kept.
  if (isOff(event, "*store")) return;
  saidOf(await takeCdr(cdr, context));
  if (AFTER.some((flag) => hasFlag(event, flag))) throw failed;
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
  return fromTexts({ ...empty, ...own, Tenant: tenant, ExtraFields: extra }, context);
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
    let failed: ApiError | null = null;
    for (const event of CGREvents) {
      try {
        await takeEvent({ ...shared, ...event }, context);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failed = error;
      }
    }
    if (failed !== null) throw failed;
    return "OK";
  },
};

export const cdrWrites: Service = {
  ProcessCDR: processCdr,
  ProcessExternalCDR: processExternal,
  ProcessEvent: processEvent,
  ProcessEvents: processEvents,
};
