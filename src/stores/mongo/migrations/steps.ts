// The steps of the MongoDB schema, in order. A new one is a file in steps/ and a line here.

import type { MongoStep } from "./step.ts";
import { firstRelease } from "./steps/001-first-release.ts";
import { processesAndKey } from "./steps/002-processes-and-key.ts";
import { suspenseClosings } from "./steps/003-suspense-closings.ts";
import { changeNumbers } from "./steps/004-change-numbers.ts";
import { openSuspense } from "./steps/005-open-suspense.ts";
import { feeds } from "./steps/006-feeds.ts";
import { imports } from "./steps/007-imports.ts";
import { receiptAndSetup } from "./steps/008-times-of-receipt-and-setup.ts";
import { queueEvents } from "./steps/009-queue-events.ts";
import { leanRatings } from "./steps/010-lean-ratings.ts";
import { adminActs } from "./steps/011-admin-acts.ts";
import { keysOfBytes } from "./steps/012-keys-of-bytes.ts";
import { callHalves } from "./steps/013-call-halves.ts";
import { planObjects } from "./steps/014-plan-objects.ts";
import { rollups } from "./steps/015-rollups.ts";
import { periods } from "./steps/from-016/016-periods.ts";
import { logins } from "./steps/from-016/017-logins.ts";
import { desk } from "./steps/from-016/018-desk.ts";
import { erasures } from "./steps/from-016/019-erasures.ts";
import { shelves } from "./steps/from-016/020-shelves.ts";
import { masking } from "./steps/from-016/021-masking.ts";
import { master } from "./steps/from-016/022-master.ts";

export const MONGO_STEPS: readonly MongoStep[] = [
  firstRelease,
  processesAndKey,
  suspenseClosings,
  changeNumbers,
  openSuspense,
  feeds,
  imports,
  receiptAndSetup,
  queueEvents,
  leanRatings,
  adminActs,
  keysOfBytes,
  callHalves,
  planObjects,
  rollups,
  periods,
  logins,
  desk,
  erasures,
  shelves,
  masking,
  master,
];
