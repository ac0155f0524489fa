// The use cases as one object, built from ports; no transport knows more of the inside.

import type { Scope } from "../access/scope.ts";
import type { Assignment } from "../cdr/rating.ts";
import type { MasterSettings } from "../master/fields.ts";
import type { SourceSettings } from "../mediation/source-settings.ts";
import type { Store } from "../stores/store.ts";
import type { Gates } from "../tariffs/gates.ts";
import { type Acts, createActs } from "./acts.ts";
import { type Audits, createAudits } from "./audit/audits.ts";
import { type Backtests, createBacktests } from "./backtest/backtests.ts";
import { type Comparisons, createComparisons } from "./compare/comparisons.ts";
import { createDoctor, type Doctor, type DoctorParts } from "./doctor/doctor.ts";
import type { Host } from "./doctor/host.ts";
import type { ExportSettings } from "./exports/ports.ts";
import { createFeeds, type Feeds } from "./feeds.ts";
import { createFiles, type Files } from "./files/files.ts";
import type { UploadLimits } from "./files/uploads.ts";
import { createNumberSearches, type NumberSearches } from "./finding/search.ts";
import { type Activations, createActivations, requireGates } from "./gates/activations.ts";
import { createImportRoom, type ImportRoom } from "./imports/room.ts";
import { type BatchLines, createBatchLines } from "./intake/batch-lines.ts";
import { type BatchNames, createBatchNames } from "./intake/batch-names.ts";
import { type Counters, createCounters } from "./intake/counters.ts";
import { createKeptAside, type KeptAside } from "./intake/kept-aside.ts";
import { createIntake, type Intake } from "./intake/receive.ts";
import { createTrials, type Trials } from "./intake/trials.ts";
import { createJobs, type Jobs } from "./job-desk.ts";
import { createLiveAccounts, type LiveAccounts } from "./live/accounts.ts";
import { createLivePlans, type LivePlans } from "./live/plans.ts";
import { createSessionCosts, type SessionCosts } from "./live/session-costs.ts";
import { createStoredPlans, type StoredPlans } from "./live/stored-plans.ts";
import type { Mailer } from "./mailing/mail.ts";
import { createMaster, type Master } from "./master/master.ts";
import type { OutputDesk } from "./outputs.ts";
import { createPeople, type People, type PeopleSettings } from "./people/people.ts";
import { createPeriods, type Periods } from "./periods/periods.ts";
import type { Clock, FeedDesk, Log, TariffCompiler } from "./ports.ts";
import { createKnownAssignments } from "./pricing/known-assignments.ts";
import { createPrices, type Prices } from "./pricing/prices.ts";
import { createQualitySource } from "./pricing/quality-figures.ts";
import type { RateBatchParts } from "./pricing/rate-batch.ts";
import { createRates, type Rates } from "./pricing/rates.ts";
import { createVoipRates, type VoipRates } from "./pricing/voip-rates.ts";
import { type Going, type GoingSettings, goingRooms } from "./privacy/going.ts";
import { type Accounts, createAccounts } from "./records/accounts.ts";
import { type Corrections, createCorrections } from "./records/corrections.ts";
import { type CdrReads, createCdrReads } from "./records/reads.ts";
import { createUnpricedCounts, type UnpricedCounts } from "./records/unpriced.ts";
import { createRebuilds, type Rebuilds, type RebuildsParts } from "./reports/rebuild/rebuilds.ts";
import { createReports, type Reports } from "./reports/reports.ts";
import { createRollups, type Rollups } from "./reports/rollups.ts";
import { createRerates, type Rerates } from "./rerate/rerates.ts";
import { inTurn, together } from "./run-all.ts";
import type { DeliverySettings } from "./schedules/model.ts";
import { type SendingRooms, sendingRooms } from "./schedules/sending.ts";
import { createSearches, type Searches } from "./searches/searches.ts";
import { createSenders, type Senders } from "./senders.ts";
import { createSourceChanges, type SourceChanges } from "./source-changes.ts";
import { createStoreState, type StoreState } from "./store-state.ts";
import type { WorkThreads } from "./stretches/work.ts";
import { countedBy, type StatusParts, type SystemStatus, systemStatus } from "./system-status.ts";
import { createTariffChanges, type TariffChanges } from "./tariffs/changes/changes.ts";
import { createTariffExports, type TariffExports } from "./tariffs/changes/exports.ts";
import { createDifferences, type Differences } from "./tariffs/differences/differences.ts";
import type { TariffFolders } from "./tariffs/folders/folders.ts";
import { createFollowers, type Followers } from "./tariffs/followers.ts";
import { createTariffLife, type TariffLife, type TariffLifeParts } from "./tariffs/life.ts";
import { createTariffNames, type TariffNames } from "./tariffs/names.ts";
import { createSnapshots, type Snapshots } from "./tariffs/snapshots.ts";
import { createSourceChecks, type SourceChecks } from "./tariffs/source-checks.ts";

export interface ServiceOfProcesses {
  startedAtMs: number;
  countedByOthers(scope: Scope): Promise<Record<string, number>[]>;
}

export interface EngineParts extends PeopleSettings, GoingSettings {
  store: Store;
  compiler: TariffCompiler;
  folders: TariffFolders;
  clock: Clock;
  log: Log;
  limits: {
    queue: number;
    queueBytes: number;
    commit: number;
    storeSeconds: number;
    snapshots: number;
    rerateLeaseSeconds: number;
    reratesAtOnce?: number | undefined;
    rerateJobs?: number | undefined;
    sessionIdleMinutes: number;
    sessionHours: number;
  } & UploadLimits;
  sources: readonly SourceSettings[];
  /** What the settings say of accounts, carriers, gateways and causes; absent: nothing. */
  master?: MasterSettings | undefined;
  /** Gates of a tenant's first version, and where a CGRateS folder is in force. */
  gates: Gates;
  /** Of a service of several processes: since when it runs, and what the others have counted. */
  service?: ServiceOfProcesses | undefined;
  /** Makes the threads that jobs over many CDRs are worked on in; absent: there are none. */
  threads?: ((parts: { store: Store; clock: Clock }) => WorkThreads) | undefined;
  /** Makes the feeds, which hand their records to the intake. */
  feeds(parts: {
    store: Store;
    intake: Intake;
    clock: Clock;
    log: Log;
    refusal: SourceChanges["refusal"];
    isActive: SourceChanges["isActive"];
    /** Brings whole files in. */
    files: Pick<Files, "uploads"> & Pick<ImportRoom, "imports" | "gaps">;
  }): FeedDesk;
  /** Names of the credentials of the settings: no program in the store has one of them. */
  credentialNames?: readonly string[] | undefined;
  /** Looks at this machine; absent: it is not looked at. */
  host?: Host | undefined;
  /** Gives mail to a server; null: the settings have none. */
  mailer?: Mailer | null | undefined;
  /** Folders and webhooks that schedules may name, and how often a delivery is tried. */
  deliveries?: DeliverySettings | undefined;
  /** Where exports are written, and how; absent: none is begun. */
  exports?: ExportSettings | undefined;
  /** Makes the outputs, which send on what changes in the store. */
  outputs(parts: { store: Store; clock: Clock; log: Log }): OutputDesk;
}

/** What the edges may know: use cases, and no store. */
export interface Engine extends Senders, SendingRooms, Going, Readonly<ImportRoom> {
  readonly storeKind: Store["kind"];
  readonly storeState: StoreState;
  readonly clock: Clock;
  readonly intake: Intake;
  readonly batchLines: BatchLines;
  readonly batchNames: BatchNames;
  readonly suspense: KeptAside;
  readonly cdrs: CdrReads;
  readonly searches: Searches;
  readonly numberSearches: NumberSearches;
  readonly reports: Reports;
  readonly rollups: Rollups;
  readonly rebuilds: Rebuilds;
  readonly periods: Periods;
  readonly corrections: Corrections;
  readonly prices: Prices;
  readonly rates: Rates;
  readonly voipRates: VoipRates;
  readonly accounts: Accounts;
  readonly feeds: Feeds;
  readonly files: Files;
  readonly acts: Acts;
  readonly doctor: Doctor;
  readonly people: People;
  readonly master: Master;
  readonly sourceChanges: SourceChanges;
  /** What would become of records. */
  readonly trials: Trials;
  readonly jobs: Jobs;
  readonly snapshots: Snapshots;
  readonly tariffs: TariffLife;
  /** CGRateS plans that are changed while they are in force. */
  readonly livePlans: LivePlans;
  /** Tariff plans that are stored until they are loaded. */
  readonly storedPlans: StoredPlans;
  /** Accounts that clients of CGRateS set. */
  readonly liveAccounts: LiveAccounts;
  readonly sessionCosts: SessionCosts;
  /** Activation past the gates. */
  readonly activations: Activations;
  readonly followers: Followers;
  readonly comparisons: Comparisons;
  readonly differences: Differences;
  readonly tariffChanges: TariffChanges;
  readonly tariffExports: TariffExports;
  readonly sourceChecks: SourceChecks;
  readonly rerates: Rerates;
  readonly backtests: Backtests;
  readonly audits: Audits;
  readonly unpriced: UnpricedCounts;
  readonly counters: Counters;
  readonly startedAtMs: number;
  readonly sources: readonly SourceSettings[];
  /** What of the state of the service is of the scope. */
  status(scope: Scope): Promise<SystemStatus>;
  /** What this process alone has counted, of the scope. */
  counted(scope: Scope): Record<string, number>;
  /** Notices what other processes changed; called every second by the server. */
  refresh(): Promise<void>;
  /** Waits for what is under way, then closes the compiler and the store. */
  close(): Promise<void>;
}

/** With the parts that only those who put it together and test it reach for. */
export interface ComposedEngine extends Engine {
  readonly store: Store;
  readonly rating: RateBatchParts;
  readonly tariffNames: TariffNames;
  /** Whatever its names; `accounts.set` looks at them. */
  setAssignment(assignment: Assignment): Promise<void>;
}

export function createEngine(parts: EngineParts): ComposedEngine {
  const { compiler, folders, clock, log, limits, sources } = parts;
  const accounts = createKnownAssignments(parts.store.accounts, () => performance.now());
  // What is set here holds for the next call that is priced here.
  const store = { ...parts.store, accounts: { ...parts.store.accounts, set: accounts.set } };
  const snapshots = createSnapshots({ store, compiler, clock, log, keep: limits.snapshots });
  const quality = createQualitySource({ store, clock });
  const rating: RateBatchParts = { store, accounts, snapshots, clock, quality };
  // Jobs price by what the store has at that moment, whichever process set it.
  const exact: RateBatchParts = { ...rating, accounts: store.accounts };
  const counters = createCounters();
  const intake = createIntake({ ...rating, log, counters, limits });
  const acts = createActs({ store, clock });
  const sourceChanges = createSourceChanges({ store, acts });
  const followers = createFollowers({ store, snapshots });
  const changed = { store, compiler, snapshots, followers, folders, clock };
  const desk = tariffRooms({ ...changed, acts, gates: parts.gates });
  const unpriced = createUnpricedCounts({ store, clock });
  const { reratesAtOnce: atOnce, rerateJobs: mostJobs } = limits;
  const leaseMs = limits.rerateLeaseSeconds * 1000;
  const threads = parts.threads?.({ store, clock });
  const again = { ...exact, compiler, threads, log, sources, leaseMs, atOnce, mostJobs };
  const rerates = createRerates(again);
  const backtests = createBacktests({ ...again, folders });
  const sums = keptSums({ store, clock, log, leaseMs });
  const files = createFiles({ store, clock, limits });
  const used = { store, clock, log, intake, counters, snapshots, sources, leaseMs };
  const room = createImportRoom({ ...used, ...files });
  const feedParts = { ...{ store, intake, clock, log }, files: { ...files, ...room } };
  const feeds = createFeeds(parts.feeds({ ...feedParts, ...sourceChanges }), store);
  const sourceChecks = createSourceChecks({ sources, snapshots, clock, log });
  const storeState = createStoreState(store, () => performance.now());
  const tariffNames = createTariffNames({ store, compiler });
  const { startedAtMs = clock(), countedByOthers = async () => [] } = parts.service ?? {};
  const told = toldRooms({ store, snapshots, clock });
  const seen = {
    store,
    storeState,
    clock,
    startedAtMs,
    intake,
    feeds,
    ...sendingRooms(parts, { store, snapshots, ...told, differences: desk.differences }),
    snapshots,
    followers,
    unpriced,
    suspense: createKeptAside({ store, clock, intake, rating, sources }),
    sourceChecks,
    counters,
  };
  const going = goingRooms(parts, { ...used, outputs: () => seen.outputs.list() });
  const jobs = createJobs({ store, clock, rerates, backtests, ...going, ...sums, ...room });
  return {
    ...{ ...seen, ...told, ...going, storeKind: store.kind, jobs },
    ...{ ...room, files, acts, sourceChanges, trials: createTrials(rating) },
    ...{ batchLines: createBatchLines({ store }), batchNames: createBatchNames({ store, clock }) },
    ...{ corrections: createCorrections(rating, parts.sources), prices: createPrices(rating) },
    ...{ rates: createRates(rating), voipRates: createVoipRates(rating) },
    accounts: createAccounts({ store, tariffNames, clock }),
    ...desk,
    comparisons: createComparisons({ ...rating, compiler, folders, sources }),
    ...{ ...sums, tariffNames, rerates, backtests, rating, sources },
    ...{ audits: createAudits(again), people: createPeople({ ...parts, acts }) },
    ...{ ...createSenders(sources, sourceChanges), master: createMaster({ ...parts, acts }) },
    ...statusOf({ ...seen, ...sums, jobs, countedByOthers, host: parts.host ?? null }),
    setAssignment: (assignment) => store.accounts.set(assignment, clock()),
    refresh: together(sourceChanges.refresh, snapshots.refresh),
    close: inTurn(
      ...[feeds.close, seen.outputs.close, room.imports.close, room.rollbacks.close],
      ...[sums.periods.end, intake.drained, rerates.close, backtests.close, sums.rebuilds.close],
      ...[going.retentions.close, going.maskings.close, async () => threads?.close()],
      ...[() => compiler.close(), () => store.close()],
    ),
  };
}

/** What is read of CDRs. */
function toldRooms(
  parts: { store: Store } & Pick<Engine, "snapshots" | "clock">,
): Pick<Engine, "cdrs" | "reports" | "searches" | "numberSearches"> {
  const cdrs = createCdrReads(parts);
  const numberSearches = createNumberSearches({ ...parts, elapsed: () => performance.now() });
  const searches = createSearches({ ...parts, cdrs });
  return { cdrs, reports: createReports(parts), searches, numberSearches };
}

/** Sums that reports are answered from, and statements that are closed. */
function keptSums(parts: RebuildsParts): Pick<Engine, "rollups" | "rebuilds" | "periods"> {
  return {
    rollups: createRollups(parts),
    rebuilds: createRebuilds(parts),
    periods: createPeriods(parts),
  };
}

/** What is done to tariffs. */
function tariffRooms(parts: TariffLifeParts & Pick<EngineParts, "gates"> & { acts: Acts }) {
  const tariffs = createTariffLife(parts);
  return {
    tariffs,
    livePlans: createLivePlans({
      ...parts,
      requireGates: (passing) => requireGates(parts, passing),
    }),
    storedPlans: createStoredPlans(parts),
    liveAccounts: createLiveAccounts(parts),
    sessionCosts: createSessionCosts(parts.store),
    activations: createActivations({ ...parts, tariffs }),
    differences: createDifferences(parts),
    tariffChanges: createTariffChanges({ ...parts, tariffs }),
    tariffExports: createTariffExports(parts),
  };
}

function statusOf(
  parts: StatusParts & Omit<DoctorParts, "status">,
): Pick<Engine, "status" | "counted" | "doctor"> {
  const status = (scope?: Scope) => systemStatus(parts, scope);
  return {
    status,
    doctor: createDoctor({ ...parts, status }),
    counted: (scope) => countedBy(parts, scope),
  };
}
