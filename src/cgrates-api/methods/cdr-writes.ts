// CDRs that come in over the API: an answer is sent after the record is durable, as on every road.
import type { CdrAnswer } from "../../engine/intake/answers.ts";
import type { Decoded } from "../codec/go-decode.ts";
import {
  any,
  bool,
  duration,
  embedded,
  float,
  int,
  struct,
  text,
  textMap,
  time,
} from "../codec/go-type.ts";
import { type ApiContext, ApiError, type ApiMethod, type Service } from "../method.ts";
import { type SentCdr, takeCdr } from "../values/cdr-record.ts";
import { readDuration } from "../values/duration.ts";
import { isZero, readTime, timeText } from "../values/time.ts";

/** Members that are texts. */
export const TEXTS = {
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

const CDR = struct("engine.CDR", {
  ...TEXTS,
  OrderID: int,
  SetupTime: time,
  AnswerTime: time,
  Usage: duration,
  ExtraFields: textMap,
  Partial: bool,
  PreRated: bool,
  Cost: float,
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
  Cost: float,
  CostDetails: text,
  PreRated: bool,
});

/** What the engine answers for what became of a record. */
export function saidOf({ outcome, detail, reason }: CdrAnswer): "OK" {
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
        {
          ...params,
          Usage: params.Usage ?? 0,
          ExtraFields: params.ExtraFields ?? {},
          Cost: params.Cost ?? 0,
        },
        context,
      ),
    ),
};

const processExternal: ApiMethod = {
  params: struct("engine.ExternalCDRWithAPIOpts", embedded("ExternalCDR", EXTERNAL)),
  permission: "cdr.write",
  writes: true,
  run: async (params, context) =>
    saidOf(await takeCdr({ ...fromTexts(params, context), Cost: params.Cost ?? 0 }, context)),
};

/** @throws ApiError with the engine's words for a time or a usage */
export function fromTexts(params: Decoded, { engine }: ApiContext): SentCdr {
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

export const cdrWrites: Service = {
  ProcessCDR: processCdr,
  ProcessExternalCDR: processExternal,
};
