// The calls that channels are of: each is read anew only where one of its channels has changed.
import type { Clock, LiveCall } from "../../../engine/ports.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { SourceSettings } from "../../../mediation/source-settings.ts";
import { liveCallOf } from "./call.ts";
import type { Channel, Channels } from "./channels.ts";

/** Gives way to others between calls; who asks meanwhile waits for the same answer. */
export function createCallsOf(
  channels: Pick<Channels, "all" | "version">,
  source: SourceSettings,
  clock: Clock,
): () => Promise<LiveCall[]> {
  const known = new Map<string, { group: Channel[]; call: LiveCall }>();
  let told: { version: number; calls: LiveCall[] } = { version: -1, calls: [] };
  let reading: Promise<LiveCall[]> | null = null;

  async function read(): Promise<LiveCall[]> {
    const version = channels.version();
    const groups = groupsOf(channels.all());
    for (const callId of known.keys()) if (!groups.has(callId)) known.delete(callId);
    for (const [callId, group] of groups) {
      const before = known.get(callId);
      if (before !== undefined && areSame(before.group, group)) continue;
      if (isTurnOver()) await ownTurn();
      known.set(callId, { group, call: liveCallOf(group, source, clock()) });
    }
    told = { version, calls: [...known.values()].map(({ call }) => call) };
    return told.calls;
  }

  return async () => {
    await reading;
    if (told.version === channels.version()) return told.calls;
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
}

/** A channel that changes is another object. */
function areSame(before: readonly Channel[], now: readonly Channel[]): boolean {
  return before.length === now.length && before.every((channel, index) => channel === now[index]);
}

/** By the call that they are of, each in the order in which the switch made them: its lists have none. */
function groupsOf(channels: Iterable<Channel>): Map<string, Channel[]> {
  const groups = new Map<string, Channel[]>();
  for (const channel of [...channels].sort(byAge)) {
    const group = groups.get(channel.linkedId);
    if (group === undefined) groups.set(channel.linkedId, [channel]);
    else group.push(channel);
  }
  return groups;
}

/** A unique id ends with the second and the number of its channel. */
function byAge(left: Channel, right: Channel): number {
  const [second, number] = ageOf(left);
  const [otherSecond, otherNumber] = ageOf(right);
  return second - otherSecond || number - otherNumber;
}

function ageOf({ uniqueId }: Channel): [second: number, number: number] {
  const [, second = "0", number = "0"] = /(\d{1,12})\.(\d{1,12})$/.exec(uniqueId) ?? [];
  return [Number(second), Number(number)];
}
