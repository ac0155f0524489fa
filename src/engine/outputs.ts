// The outputs of the settings: of no tenant, so that they are told to those alone who see every one.
import { EVERYTHING, type Scope, seesOwner } from "../access/scope.ts";
import type { JsonObject } from "../cdr/json.ts";
import { engineError } from "../errors.ts";

/** What an output says of itself; times as RFC 3339. */
export interface OutputState {
  /** CDRs and revisions that were taken, repeats after a crash among them. */
  sent: number;
  /** When the last ones were taken. */
  lastSent: string | null;
  /** From the write of the last one in the store to its being taken. */
  lagSeconds: number | null;
  /** At the last look nothing was left to be sent. */
  caughtUp: boolean;
  /** Tries that failed. */
  failures: number;
  /** Why the last try failed; null: it did not. */
  fault: string | null;
  /** What is not as it should be though it goes on. */
  warning: string | null;
  /** Where it goes on after a stop or a crash: all before it was taken. */
  position: JsonObject | null;
}

export interface OutputView {
  name: string;
  kind: string;
  /** Somebody stopped it. */
  stopped: boolean;
  /** `here`: in this process; `elsewhere`: in another one on the same store. */
  runs: "here" | "elsewhere" | "nowhere";
  state: OutputState;
}

/** With what changes from now on, or with all that the store has. */
export type OutputBegin = "now" | "beginning";

/** The outputs of the settings. Only a process that calls `look` runs any. */
export interface OutputDesk {
  /** In the order of the settings. */
  list(): Promise<OutputView[]>;
  /** @throws `not-found` */
  get(name: string): Promise<OutputView>;
  /**
   * Whichever process runs it then, within a second or two. `from`: anew from there.
   * @throws `not-found`; `conflict` for `from` while it is not stopped
   */
  start(name: string, from?: OutputBegin): Promise<OutputView>;
  /** Also where another process runs it; it stays stopped until it is started. @throws `not-found` */
  stop(name: string): Promise<OutputView>;
  /** Takes up outputs that nobody runs, and prolongs what runs here; called every second. */
  look(): Promise<void>;
  /** Ends those that run here; others may take them up at once. */
  close(): Promise<void>;
}

/** `get`, `start` and `stop` @throws `not-found`, also where the scope sees no outputs. */
export interface Outputs extends Pick<OutputDesk, "look" | "close"> {
  /** In the order of the settings; none where the scope sees no outputs. */
  list(scope?: Scope): Promise<OutputView[]>;
  get(name: string, scope?: Scope): Promise<OutputView>;
  start(name: string, from?: OutputBegin, scope?: Scope): Promise<OutputView>;
  stop(name: string, scope?: Scope): Promise<OutputView>;
}

export function createOutputs(desk: OutputDesk): Outputs {
  const seen =
    (act: (name: string) => Promise<OutputView>) =>
    async (name: string, scope: Scope = EVERYTHING): Promise<OutputView> => {
      if (seesOwner(scope, null)) return act(name);
      const message = `There is no output ${name} in the settings.`;
      throw engineError("not-found", message, { path: "name" });
    };
  return {
    list: async (scope = EVERYTHING) => (seesOwner(scope, null) ? desk.list() : []),
    get: seen(desk.get),
    start: (name, from, scope) => seen(() => desk.start(name, from))(name, scope),
    stop: seen(desk.stop),
    look: desk.look,
    close: desk.close,
  };
}
