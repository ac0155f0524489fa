// The services by name, and the names under which older clients call them.
import type { ApiMethod, Service } from "./method.ts";
import { accounts, accountsV2, formerAccountsV2 } from "./methods/accounts.ts";
import { apierExports } from "./methods/cdr-absent.ts";
import { apierCdrChanges, cdrChanges } from "./methods/cdr-changes.ts";
import { cdrEvents, cdrEventsV2 } from "./methods/cdr-events.ts";
import { apierCdrs, apierCdrsV2, cdrReads } from "./methods/cdr-reads.ts";
import { cdrWrites } from "./methods/cdr-writes.ts";
import { chargerEvents, chargers } from "./methods/chargers.ts";
import { apierCost, ralsCosts, responderCosts } from "./methods/cost.ts";
import { live, liveV2 } from "./methods/live.ts";
import { loads, loadsV2 } from "./methods/load.ts";
import { sessionCosts } from "./methods/session-costs.ts";
import { cache, core, pings, serviceManager } from "./methods/status.ts";
import { timings } from "./methods/timings.ts";
import { routeProfiles, routes } from "./routes/methods.ts";
import { storedLoads } from "./stored/load.ts";
import { profilesByLoad, stored, storedV2 } from "./stored/methods.ts";

const apierV1: Service = {
  ...pings,
  ...apierCost,
  ...loads,
  ...apierCdrs,
  ...apierCdrChanges,
  ...apierExports,
  ...live,
  ...accounts,
  ...timings,
  ...chargers,
  ...routeProfiles,
  ...stored,
  ...storedLoads,
};
/** It has what the first one has, and some of it in another form. */
const apierV2: Service = {
  ...apierV1,
  ...loadsV2,
  ...apierCdrsV2,
  ...liveV2,
  ...storedV2,
  ...accountsV2,
};

/** What clients of before 2019 call otherwise, and know under the old name of the service alone. */
const formerApier: Service = {
  GetTPRatingProfilesByLoadId: profilesByLoad,
  ReloadCache: cache["ReloadCache"] as ApiMethod,
};

const cdrs: Service = {
  ...pings,
  ...cdrReads,
  ...cdrWrites,
  ...cdrEvents,
  ...cdrChanges,
  ...sessionCosts,
};
const cdrsV2: Service = { ...cdrs, ...cdrEventsV2 };

const SERVICES: Readonly<Record<string, Service>> = {
  APIerSv1: apierV1,
  APIerSv2: apierV2,
  ApierV1: { ...apierV1, ...formerApier },
  ApierV2: { ...apierV2, ...formerApier, ...formerAccountsV2 },
  AttributeSv1: pings,
  CacheSv1: cache,
  CDRsV1: cdrs,
  CDRsV2: cdrsV2,
  ChargerSv1: { ...pings, ...chargerEvents },
  CoreSv1: core,
  GuardianSv1: pings,
  RALsV1: { ...pings, ...ralsCosts },
  ReplicatorSv1: pings,
  Responder: { ...pings, ...responderCosts },
  RouteSv1: { ...pings, ...routes },
  ServiceManagerV1: serviceManager,
};

/** Other names of services. */
const ALIASES: Readonly<Record<string, string>> = {};

/** Names that the engine has no more, kept for clients of before, as far as there are the methods. */
const EARLIER: Readonly<Record<string, Service>> = {
  CdrsV1: cdrs,
  CdrsV2: { ...cdrsV2, ProcessExternalCdr: cdrs["ProcessExternalCDR"] as ApiMethod },
};

/**
 * The method of a name, or what the engine says where there is none: names are compared with their
 * letters as they are, and everything before the last dot is the service.
 */
export function findMethod(name: string): ApiMethod | string {
  const dot = name.lastIndexOf(".");
  if (dot < 0) return `rpc: service/method request ill-formed: ${name}`;
  const called = name.slice(0, dot);
  const method = name.slice(dot + 1);
  const earlier = own(EARLIER, called);
  if (earlier !== undefined) return own(earlier, method) ?? `rpc: can't find service ${name}`;
  const service = own(SERVICES, own(ALIASES, called) ?? called);
  if (service === undefined) return `rpc: can't find service ${name}`;
  return own(service, method) ?? `rpc: can't find method ${name}`;
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
