// PORT: what a store is: one interface a noun in ports/, put together. Two adapters fulfil it
// (sqlite/, mongo/); the contracts of tests/stores/ run on both. Every method is asynchronous; reads
// come in pages or as async iterators; a store that cannot be reached throws `store-unavailable`.

import type { SchemaState } from "./migration.ts";
import type { AccountStore } from "./ports/accounts.ts";
import type { DeskStore } from "./ports/billing/desk.ts";
import type { PeriodStore } from "./ports/billing/periods.ts";
import type { CallHalfStore } from "./ports/call-halves.ts";
import type { CdrStore, ErasureStore, RollupStore } from "./ports/cdrs.ts";
import type { ConditionQuery, StoreCondition } from "./ports/condition.ts";
import type { FactStore } from "./ports/facts.ts";
import type { FeedStore } from "./ports/feeds.ts";
import type { BatchStore } from "./ports/imports/batches.ts";
import type { DialectStore } from "./ports/imports/dialects.ts";
import type { UploadStore } from "./ports/imports/uploads.ts";
import type { JobStore } from "./ports/jobs.ts";
import type { LogStore } from "./ports/log.ts";
import type { MasterStore } from "./ports/master/entries.ts";
import type { OverlayStore } from "./ports/overlays.ts";
import type { LoginStore } from "./ports/people/logins.ts";
import type { QueueEventStore } from "./ports/queue-events.ts";
import type { SuspenseStore } from "./ports/suspense.ts";
import type { PlanObjectStore, TariffStore } from "./ports/tariffs.ts";

export interface Store {
  readonly kind: "sqlite" | "mongo";
  readonly cdrs: CdrStore;
  readonly rollups: RollupStore;
  readonly erasures: ErasureStore;
  readonly suspense: SuspenseStore;
  readonly tariffs: TariffStore;
  readonly accounts: AccountStore;
  readonly jobs: JobStore;
  readonly facts: FactStore;
  readonly feeds: FeedStore;
  readonly queueEvents: QueueEventStore;
  readonly callHalves: CallHalfStore;
  readonly dialects: DialectStore;
  readonly uploads: UploadStore;
  readonly batches: BatchStore;
  readonly log: LogStore;
  readonly overlays: OverlayStore;
  readonly planObjects: PlanObjectStore;
  readonly periods: PeriodStore;
  readonly logins: LoginStore;
  readonly desk: DeskStore;
  readonly master: MasterStore;

  /** Where the schema stands: what waits, and what is still rewritten. */
  schemaState(): Promise<SchemaState>;
  /**
   * To be called every `SIGN_OF_LIFE_MS` by a process that stays, and at once again while a rewrite
   * is behind: writes that it lives, runs a step that waited and one slice of the rewrite.
   */
  tend(): Promise<SchemaState>;

  /** How the place is where it keeps what it has. @throws `store-unavailable` */
  condition(query: ConditionQuery, signal?: AbortSignal): Promise<StoreCondition>;

  /** Resolves when a durable write would work now; else throws `store-unavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
