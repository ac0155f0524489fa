// The steps of the SQLite schema, in order. A new one is a file in steps/ and a line here.

import type { SqliteStep } from "./runner.ts";
import { firstRelease } from "./steps/001-first-release.ts";
import { processesAndKey } from "./steps/002-processes-and-key.ts";
import { suspenseClosings } from "./steps/003-suspense-closings.ts";
import { changeNumbers } from "./steps/004-change-numbers.ts";
import { openSuspense } from "./steps/005-open-suspense.ts";
import { feeds } from "./steps/006-feeds.ts";
import { followedTimeLine } from "./steps/007-followed-time-line.ts";
import { billedTime } from "./steps/008-billed-time.ts";
import { descriptiveFields } from "./steps/009-descriptive-fields.ts";
import { imports } from "./steps/010-imports.ts";
import { queueEvents } from "./steps/011-queue-events.ts";
import { adminActs } from "./steps/012-admin-acts.ts";
import { callHalves } from "./steps/013-call-halves.ts";
import { calls } from "./steps/014-calls.ts";
import { longCalls } from "./steps/015-long-calls.ts";
import { planObjects } from "./steps/from-016/016-plan-objects.ts";
import { rollups } from "./steps/from-016/017-rollups.ts";
import { periods } from "./steps/from-016/018-periods.ts";
import { logins } from "./steps/from-016/019-logins.ts";
import { desk } from "./steps/from-016/020-desk.ts";
import { erasures } from "./steps/from-016/021-erasures.ts";
import { shelves } from "./steps/from-016/022-shelves.ts";
import { masking } from "./steps/from-016/023-masking.ts";
import { master } from "./steps/from-016/024-master.ts";
import { logChain } from "./steps/from-016/025-log-chain.ts";

export const SQLITE_STEPS: readonly SqliteStep[] = [
  firstRelease,
  processesAndKey,
  suspenseClosings,
  changeNumbers,
  openSuspense,
  feeds,
  followedTimeLine,
  billedTime,
  descriptiveFields,
  imports,
  queueEvents,
  adminActs,
  callHalves,
  calls,
  longCalls,
  planObjects,
  rollups,
  periods,
  logins,
  desk,
  erasures,
  shelves,
  masking,
  master,
  logChain,
];
