// PORT: tariff versions with their files, the time line of activations, and objects of plans that are kept
// beside the versions: those of each stored plan, by kind and name, and under no plan what is set of a
// running service and belongs to no version.
import type { JsonObject } from "../../cdr/json.ts";

export interface TariffVersion {
  /** Content hash: the same folder is the same version. */
  version: string;
  name: string;
  /** A native tariff has one; a CGRateS folder those of its rating profiles. */
  tenants: string[];
  kind: "native" | "cgrates";
  semantics: "native" | "cgrates" | "exact";
  loadedAtMs: number;
  /** Who loaded it first; absent: an older build did, or the program itself. */
  loadedBy?: string;
  counts: Record<string, number>;
  /** Names of its VoIP plans; absent: an older build loaded it. */
  voipPlans?: string[];
  /** Names of its own number rule sets; absent: an older build loaded it. */
  ruleSets?: string[];
  warnings: JsonObject[];
}

/** One entry of the time line: from `fromMs` on, calls of the tenant are priced by `version`. */
export interface Activation {
  tenant: string;
  version: string;
  fromMs: number;
  activatedAtMs: number;
  /** Position in the time line: of two activations with one `fromMs`, the higher one holds. */
  sequence: number;
}

export type NewActivation = Omit<Activation, "sequence">;

export interface TariffVersionPage {
  versions: TariffVersion[];
  nextCursor?: string;
}

export interface TariffStore {
  /**
   * Stores a version whole or not at all; loading the same again changes nothing. `onto`: a version that is
   * there, whose files it has besides these.
   */
  put(version: TariffVersion, files: Record<string, string>, onto?: string): Promise<void>;
  get(version: string): Promise<TariffVersion | null>;
  getFiles(version: string): Promise<Record<string, string> | null>;
  /** Every different text that any version has in a file of this name, in whatever folder of it; in no order. */
  textsOf(name: string): Promise<string[]>;
  /** Latest loaded first. */
  list(limit: number, cursor?: string): Promise<TariffVersionPage>;
  /**
   * Adds the entries of one activation to the time line, in one write: a process that ends meanwhile leaves
   * all of them or none. The store gives the sequences, of one tenant in their order. Answers in order.
   */
  activate(entries: NewActivation[]): Promise<Activation[]>;
  /** The whole time line, by tenant, fromMs, sequence. */
  activations(): Promise<Activation[]>;
  /** Changes whenever the time line does: cheap to ask every second. */
  activationStamp(): Promise<string>;
  /** Notes, for other processes to see, that this one prices by the time line of this stamp. */
  follow(stamp: string): Promise<void>;
  /** The stamp that each living process noted last; those that noted none are left out. */
  followed(): Promise<string[]>;
}

export interface PlanObjectKey {
  /** Name of the stored plan; empty: no plan's. */
  plan: string;
  kind: string;
  name: string;
}

export interface PlanObject extends PlanObjectKey {
  /** Whoever reads it knows its form. */
  body: Uint8Array;
}

export interface PlanObjectPage {
  plan: string;
  kind: string;
  limit: number;
  /** Those after this name. */
  after?: string;
}

export interface PlanObjectStore {
  /**
   * Each in the place of the one of its key. A process that ends meanwhile may leave some of them written.
   * @throws `too-large` for a body that the store does not hold
   */
  put(objects: readonly PlanObject[]): Promise<void>;
  get(key: PlanObjectKey): Promise<PlanObject | null>;
  /** By name. */
  list(page: PlanObjectPage): Promise<PlanObject[]>;
  /** The names alone, in their order. */
  names(page: PlanObjectPage): Promise<string[]>;
  /** Names of the stored plans that have any object, in their order. */
  plans(): Promise<string[]>;
  /** One object, those of one kind, or the whole plan; what is not there is no fault. */
  remove(what: { plan: string; kind?: string; name?: string }): Promise<void>;
}
