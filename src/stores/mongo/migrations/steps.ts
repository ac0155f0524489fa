// The steps of the MongoDB schema, in order. A new one is a file beside this one and a line here.

import { firstRelease } from "./001-first-release.ts";
import { processesAndKey } from "./002-processes-and-key.ts";
import { suspenseClosings } from "./003-suspense-closings.ts";
import { changeNumbers } from "./004-change-numbers.ts";
import { openSuspense } from "./005-open-suspense.ts";
import { feeds } from "./006-feeds.ts";
import { imports } from "./007-imports.ts";
import { receiptAndSetup } from "./008-times-of-receipt-and-setup.ts";
import { queueEvents } from "./009-queue-events.ts";
import { leanRatings } from "./010-lean-ratings.ts";
import { adminActs } from "./011-admin-acts.ts";
import type { MongoStep } from "./step.ts";

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
];
