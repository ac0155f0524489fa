// Sources as they take records now: their settings, and what was changed of them while the service ran.
import type { JsonObject } from "../cdr/json.ts";
import { engineError } from "../errors.ts";
import { type AddressSet, createAddressSet } from "../mediation/address-range.ts";
import {
  type Door,
  refusalOf,
  type SourceChange,
  type SourceRefusal,
  type SourceState,
  stateOfSource,
} from "../mediation/source-change.ts";
import type { SourceSettings } from "../mediation/source-settings.ts";
import type { SourceOverlay } from "../stores/ports/overlays.ts";
import type { Store } from "../stores/store.ts";
import type { Acts, Doer } from "./acts.ts";

export interface SourceChanges {
  stateOf(source: SourceSettings): SourceState;
  isActive(source: SourceSettings): boolean;
  /** The members that are not as in the settings. */
  changedOf(source: SourceSettings): JsonObject;
  refusal(
    source: SourceSettings,
    sender: { door: Door; address: string | null },
  ): SourceRefusal | null;
  /**
   * Members that the change does not name stay as they are; here at once, in other processes within
   * a second. @throws `conflict` when others change it all the time
   */
  change(source: SourceSettings, change: SourceChange, by: Doer): Promise<SourceState>;
  /** As in the settings again. */
  reset(source: SourceSettings, by: Doer): Promise<SourceState>;
  /** Notices what other processes changed. */
  refresh(): Promise<void>;
}

/** Changes by others that one change is tried again for. */
const MOST_TRIES = 20;

export function createSourceChanges({
  store,
  acts,
}: {
  store: Pick<Store, "overlays">;
  acts: Acts;
}): SourceChanges {
  let overlays = new Map<string, SourceOverlay>();
  /** Made when they are asked for first: each post asks. */
  const states = new Map<string, SourceState & { allowed: AddressSet | null }>();

  async function refresh(): Promise<void> {
    const all = await store.overlays.all();
    overlays = new Map(all.map((one) => [one.source, one]));
    states.clear();
  }

  function knownState(source: SourceSettings) {
    const known = states.get(source.name);
    if (known !== undefined) return known;
    const state = stateOfSource(source, changedOf(source));
    const allowed = state.allowedIPs === null ? null : createAddressSet(state.allowedIPs);
    states.set(source.name, { ...state, allowed });
    return { ...state, allowed };
  }

  const changedOf = ({ name }: SourceSettings): JsonObject => overlays.get(name)?.members ?? {};
  function stateOf(source: SourceSettings): SourceState {
    const { allowed: _set, ...state } = knownState(source);
    return state;
  }

  async function write(
    source: SourceSettings,
    next: (members: JsonObject) => JsonObject | null,
  ): Promise<SourceState> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      await refresh();
      const version = overlays.get(source.name)?.version ?? 0;
      const members = next(changedOf(source));
      const overlay = { source: source.name, version: version + 1, members };
      if (!(await store.overlays.put(overlay, version))) continue;
      await refresh();
      return stateOf(source);
    }
    throw engineError("conflict", `Others change the source ${source.name} all the time.`);
  }

  function noted(
    source: SourceSettings,
    { act, by }: { act: string; by: Doer },
    run: () => Promise<SourceState>,
  ): Promise<SourceState> {
    const look = async () => {
      await refresh();
      return stateOf(source);
    };
    return acts.noted({ by, act, subject: source.name }, { look, run, after: (state) => state });
  }

  return {
    stateOf,
    isActive: (source) => knownState(source).isActive,
    changedOf,
    refusal: (source, sender) => refusalOf(knownState(source), sender),
    change: (source, change, by) =>
      noted(source, { act: "source.change", by }, () =>
        write(source, (members) => ({ ...members, ...definedOf(change) })),
      ),
    reset: (source, by) =>
      noted(source, { act: "source.reset", by }, () => write(source, () => null)),
    refresh,
  };
}

/** JSON has no member that is not there. */
function definedOf(change: SourceChange): JsonObject {
  return JSON.parse(JSON.stringify(change)) as JsonObject;
}
