// The steps of the SQLite schema, in order. A new one is a file beside this one and a line here.

import { firstRelease } from "./001-first-release.ts";
import { processesAndKey } from "./002-processes-and-key.ts";
import { suspenseClosings } from "./003-suspense-closings.ts";
import { changeNumbers } from "./004-change-numbers.ts";
import { openSuspense } from "./005-open-suspense.ts";
import { feeds } from "./006-feeds.ts";
import { followedTimeLine } from "./007-followed-time-line.ts";
import { billedTime } from "./008-billed-time.ts";
import { descriptiveFields } from "./009-descriptive-fields.ts";
import { imports } from "./010-imports.ts";
import { queueEvents } from "./011-queue-events.ts";
import type { SqliteStep } from "./runner.ts";

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
];
