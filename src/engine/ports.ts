// What the engine asks of the outside besides the store: a clock, a log and a tariff compiler.
import type { CallDirection } from "../cdr/cdr.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { CgratesSnapshot } from "../cgrates/snapshot.ts";
import type { NativeSnapshot } from "../rating/snapshot/native.ts";
import type { TariffVersion } from "../stores/ports/tariffs.ts";
import type { EditedDeck, RateEdit } from "../tariffs/edit/rate.ts";
import type { TariffReading } from "../tariffs/read-folder.ts";
import type { DeckReport, Fault } from "../tariffs/tariff.ts";
import type { DeriveReply, DeriveRequest } from "./tariffs/changes/derive-work.ts";
import type { ChangesReply, ChangesRequest } from "./tariffs/differences/changes.ts";
import type { DiffReply, DiffRequest } from "./tariffs/differences/work.ts";

/** Epoch milliseconds, now. */
export type Clock = () => number;

export interface Log {
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
  error(facts: Record<string, unknown>, message: string): void;
}

export type Snapshot =
  | { kind: "native"; version: string; native: NativeSnapshot }
  | { kind: "cgrates"; version: string; cgrates: CgratesSnapshot };

export type Compat = "exact" | "cgrates" | "cgrates-0.9.1";

export type TariffCheck =
  | {
      ok: true;
      facts: Pick<
        TariffVersion,
        "version" | "tenants" | "kind" | "semantics" | "counts" | "voipPlans" | "ruleSets"
      >;
      warnings: Fault[];
      /** The decks of a native folder as they were understood. */
      decks: DeckReport[];
      /** CGRateS files that do not concern rating. */
      skipped: string[];
      /** Set when the folder was read, but the semantics asked for (or its own) are not built. */
      unavailable?: "cgrates-0.9.1";
    }
  | { ok: false; faults: Fault[]; decks: DeckReport[] };

/** Reading and compiling a folder takes seconds for a large deck: never on the event loop of a
 * server (worker-compiler.ts); in one-shot commands and tests in place (inline-compiler.ts). */
export interface TariffCompiler {
  /**
   * `reading`: the time, and the native tariff that it will follow, to compare prices with. `owner`:
   * who waits for it, checks of one owner take turns; else the tenant that the folder names.
   */
  check(
    files: Record<string, string>,
    compat?: Compat,
    reading?: TariffReading,
    owner?: string,
  ): Promise<TariffCheck>;
  /** The files must have passed `check` with the same `compat`. */
  compile(version: TariffVersion, files: Record<string, string>): Promise<Snapshot>;
  /** `owner`: who waits for it, as for `check`. @throws `invalid-params` for a plan that is not there */
  diff(request: DiffRequest, owner: string): Promise<DiffReply>;
  /** Texts that are made of a tariff. `owner`: who waits for it, as for `check`. */
  derive(request: DeriveRequest, owner: string): Promise<DeriveReply>;
  /** One rate of the text of a native deck. `owner` as for `diff`. */
  edit(request: { text: string; edit: RateEdit }, owner: string): Promise<EditedDeck>;
  /** `owner` as for `diff`. */
  changes(request: ChangesRequest, owner: string): Promise<ChangesReply>;
  close(): Promise<void>;
}

/** What a feed says of itself; times as RFC 3339. */
export interface FeedState {
  /** Its other end is there: a file is open, a peer is logged in, a socket listens. */
  connected: boolean;
  /** Connected since. */
  since: string | null;
  /** When its last record came. */
  lastRecord: string | null;
  /** From the end of that record's call to its coming. */
  lagSeconds: number | null;
  /** Records that it handed over so far, repeats among them. */
  records: number;
  /** Those of them that are in suspense: not understood, or in conflict. */
  faults: number;
  /** Records that were there already, by itself before a crash or by another feed. */
  repeats: number;
  /** Records that it told first. */
  firsts: number;
  /** Of those, at least so many that no other feed of its source has told; null: there is no other. */
  onlyHere: number | null;
  /** It has told nothing since then, for longer than it may; null: all is well, or nothing is expected. */
  silentSince: string | null;
  /** When the call of its last record ended. */
  lastCallEnd: string | null;
  /** Why it is not connected. */
  fault: string | null;
  /** What is not as it should be though it is connected. */
  warnings: string[];
  /** Where it goes on after a stop or a crash. */
  position: JsonObject | null;
  /** What went by unseen, the latest last. */
  gaps: {
    from: string | null;
    to: string;
    reason: string;
    /** Another feed of the source that came past it and missed nothing; null: none did yet. */
    filledBy: string | null;
  }[];
  /** What a kind counts besides, such as connections. */
  counts: Record<string, number>;
  /** Calls that are under way now; null: it does not tell of them. */
  calls: number | null;
}

/** A call that is under way, as far as the switch tells of it. */
export interface LiveCall {
  /** As CDRs have it: joins it with those that the call becomes. */
  callId: string;
  source: string;
  /** `up`: the channel that called is answered. */
  state: "ringing" | "up";
  /** When it began, by the clock here. */
  sinceMs: number;
  /** Null: it is not, or was before the feed listened. */
  answeredMs: number | null;
  /** Whose it is, as mediation reads the switch's fields; null: that cannot be told. */
  tenant: string | null;
  account: string | null;
  callerNumber: string | null;
  callerName: string | null;
  destination: string | null;
  callDirection: CallDirection | null;
  trunk: string | null;
  /** Names of its channels, the first one first. */
  channels: string[];
}

/** What a feed knows of the calls under way. */
export interface FeedCalls {
  feed: string;
  source: string;
  /** Up to when it heard of them; null: it was told nothing. */
  asOfMs: number | null;
  /** False: the connection or the process that heard them is gone. */
  isCurrent: boolean;
  /** False: those that began before the feed listened come with their next event alone. */
  isComplete: boolean;
  /** Channels that were too many to be kept, since the connection began. */
  dropped: number;
  calls: LiveCall[];
}

export interface FeedView {
  name: string;
  kind: string;
  source: string;
  /** Somebody stopped it. */
  stopped: boolean;
  /** `here`: in this process; `elsewhere`: in another one on the same store. */
  runs: "here" | "elsewhere" | "nowhere";
  state: FeedState;
}

/** The feeds of the settings. Only a process that calls `look` runs any. */
export interface FeedDesk {
  /** In the order of the settings. */
  list(): Promise<FeedView[]>;
  /** @throws `not-found` */
  get(name: string): Promise<FeedView>;
  /** Whichever process runs it then, within a second or two. @throws `not-found` */
  start(name: string): Promise<FeedView>;
  /** Also where another process runs it; it stays stopped until it is started. @throws `not-found` */
  stop(name: string): Promise<FeedView>;
  /** Takes up feeds that nobody runs, and prolongs what runs here; called every second. */
  look(): Promise<void>;
  /** Of the feeds that tell of calls under way, in whatever process; in the order of the settings. */
  calls(): Promise<FeedCalls[]>;
  /** Listening feeds that do not listen, in whatever process. */
  silent(): Promise<string[]>;
  /** Ends those that run here; others may take them up at once. */
  close(): Promise<void>;
}
