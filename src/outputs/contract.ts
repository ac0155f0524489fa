// What every kind of output fulfils, and what it is given to do so.
import type { StoredCdr } from "../cdr/cdr.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { PeriodView } from "../engine/periods/views.ts";
import type { Clock } from "../engine/ports.ts";
import type { SecretPlace } from "../feeds/secret.ts";

export interface OutputParts {
  name: string;
  clock: Clock;
  /** Aborted when the output is stopped. */
  signal: AbortSignal;
  /** What nobody but the receiver may know, as it is now. @throws where it is not there */
  secret(place: SecretPlace): Promise<string>;
  /** What is not as it should be though it goes on; null: no longer. */
  warned(warning: string | null): void;
}

/** A closing or a correction; the same key however often it is sent, and no other one has it. */
export interface SentPeriod extends PeriodView {
  key: string;
}

/** An output of a kind. Calls come one after the other. */
export interface Output {
  /**
   * Resolves when the receiver has all of them; answers what is kept of it beside the position.
   * @throws when it has not: they are sent again, perhaps with later ones; NotTaken says when
   */
  send(cdrs: readonly StoredCdr[], kept: JsonObject): Promise<JsonObject>;
  /**
   * Resolves when the receiver has all of these closed periods; absent: the kind has no form for them.
   * @throws as `send`
   */
  sendPeriods?(periods: readonly SentPeriod[]): Promise<void>;
  /**
   * What is to be done before something is sent, and while there is nothing to send. What it answers
   * is kept before anything is sent.
   */
  turn?(kept: JsonObject, isSending: boolean): Promise<JsonObject>;
  /** Lets go of what it holds; called when it is stopped, and nothing of it is under way. */
  close?(): void;
}

export interface OutputKind<Settings> {
  /** CDRs that one call of `send` gets at most. */
  batch(settings: Settings): number;
  create(settings: Settings, parts: OutputParts): Output;
}

/** The receiver did not take it, and may say when to come again. */
export class NotTaken extends Error {
  readonly againMs: number;
  constructor(message: string, againMs = 0) {
    super(message);
    this.name = "NotTaken";
    this.againMs = againMs;
  }
}
