// What is done with stored CDRs: rated anew, taken away.

import type { Decoded } from "../codec/go-decode.ts";
import { any, embedded, map, struct, text, texts } from "../codec/go-type.ts";
import { type ApiContext, ApiError, type ApiMethod, type Service, serverError } from "../method.ts";
import { filterFields } from "../values/cdr-filter.ts";
import { selected, wantedRows } from "./cdr-rows.ts";

const params = struct("engine.ArgRateCDRs", {
  Flags: texts,
  ...embedded("RPCCDRsFilter", filterFields),
  Tenant: text,
  APIOpts: map(any),
});

/** CDRs that one call rates anew or takes away. */
const MOST_CHANGED = 500_000;

/** The ids of the CDRs of which a run is selected. */
async function keysOf(
  asked: Decoded,
  context: ApiContext,
): Promise<{ tenant: string; id: string }[]> {
  const wanted = await wantedRows(asked, context);
  const keys: { tenant: string; id: string }[] = [];
  // The keys alone are kept: there may be more CDRs than memory holds.
  for await (const { cdr } of selected(wanted, context)) {
    if (keys.length >= MOST_CHANGED) {
      const few = "give a filter that selects fewer, or a rerate job";
      throw serverError(`more than ${MOST_CHANGED} CDRs: ${few}`);
    }
    keys.push({ tenant: cdr.tenant, id: cdr.id });
  }
  return keys;
}

function isOn({ Flags = [], APIOpts = {} }: Decoded, flag: string): boolean {
  return Flags.includes(flag) || Flags.includes(`${flag}:true`) || APIOpts[flag] === true;
}

function rateMethod(name: string, isStored: (asked: Decoded) => boolean): ApiMethod {
  return {
    params,
    permission: "rerate.apply",
    writes: true,
    heavy: true,
    async run(asked, context) {
      const { engine, caller } = context;
      const keys = await keysOf(asked, context);
      if (keys.length === 0) throw new ApiError("NOT_FOUND");
      if (!isOn(asked, "*rerate")) throw serverError("EXISTS");
      if (!isStored(asked)) return "OK";
      await engine.acts.noted(
        { by: caller, act: name, subject: `${keys.length} CDRs` },
        {
          async run() {
            let changed = 0;
            for (const key of keys) {
              if (await engine.corrections.rateAgain({ ...key, scope: caller.scope })) changed += 1;
            }
            return changed;
          },
          after: (changed) => ({ changed }),
        },
      );
      return "OK";
    },
  };
}

const isNotOff = ({ Flags = [] }: Decoded) => !Flags.includes("*store:false");

export const cdrChanges: Service = {
  RateCDRs: rateMethod("CDRsV1.RateCDRs", isNotOff),
  ReprocessCDRs: rateMethod("CDRsV1.ReprocessCDRs", (asked) => isOn(asked, "*store")),
};

/** They are voided: out of every list and sum, and in their history still. */
const removeCdrs: ApiMethod = {
  params: filterFields,
  permission: "cdr.correct",
  writes: true,
  heavy: true,
  async run(asked, context) {
    const { engine, caller } = context;
    const keys = await keysOf(asked, context);
    await engine.acts.noted(
      { by: caller, act: "APIerSv1.RemoveCDRs", subject: `${keys.length} CDRs` },
      {
        async run() {
          for (const key of keys) {
            await engine.corrections.void({ ...key, scope: caller.scope }, "APIerSv1.RemoveCDRs");
          }
        },
      },
    );
    return "OK";
  },
};

export const apierCdrChanges: Service = { RemoveCDRs: removeCdrs };
