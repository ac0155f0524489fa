// PORT: objects of tariff plans that are kept beside the versions: those of each stored plan, by kind and
// name, and under no plan what is set of a running service and belongs to no version.

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
