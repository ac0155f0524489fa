// The channels that a manager tells of while they live: bounded, in the order in which they came.
import { type AmiMessage, amiValue } from "../../../formats/asterisk/ami-message.ts";

/** Channels of one feed, beyond which the oldest is not kept. */
export const MOST_CHANNELS = 5000;
/** Ids of channels that hung up last: an event that comes late brings none of them back. */
const MOST_HUNG_UP = 1000;
/** Characters of a value; those of Asterisk are shorter. */
const MOST_CHARACTERS = 256;

export interface Channel {
  readonly uniqueId: string;
  readonly linkedId: string;
  /** As the switch calls it. */
  readonly name: string;
  readonly isUp: boolean;
  /** When it was first told of, or began where the manager says that. */
  readonly sinceMs: number;
  /** When it was told that it is answered; null: it is not, or was before. */
  readonly upMs: number | null;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly account: string;
  readonly context: string;
  /** The first number that it was sent to; what the dialplan makes of it later is no number. */
  readonly dialled: string;
}

export interface Channels {
  hear(message: AmiMessage, atMs: number): void;
  /** In the order in which they were told of. */
  all(): Iterable<Channel>;
  count(): number;
  /** Those that were too many to be kept, since `clear`. */
  dropped(): number;
  /** Raised by each change. */
  version(): number;
  remove(uniqueId: string): void;
  clear(): void;
}

/** Events that tell of a channel which is there; any other one may come when it is gone. */
const OF_LIVING = new Set([
  ...["newchannel", "newstate", "bridgeenter", "dialbegin", "status", "coreshowchannel"],
]);
/** Channel states of Asterisk (channelstate.h). */
const UP = "6";

export function createChannels(most = MOST_CHANNELS): Channels {
  const channels = new Map<string, Channel>();
  const hungUp = new Set<string>();
  let [version, dropped] = [0, 0];

  function remove(uniqueId: string): void {
    if (!channels.delete(uniqueId)) return;
    version += 1;
    hungUp.add(uniqueId);
    const [oldest] = hungUp;
    if (hungUp.size > MOST_HUNG_UP && oldest !== undefined) hungUp.delete(oldest);
  }

  function add(channel: Channel): void {
    channels.set(channel.uniqueId, channel);
    const [oldest] = channels.keys();
    if (channels.size <= most || oldest === undefined) return;
    channels.delete(oldest);
    dropped += 1;
  }

  /** `value`: of a member of one channel. */
  function see(value: (name: string) => string, { isLiving, atMs }: Seen): void {
    const uniqueId = value("uniqueid");
    if (uniqueId === "" || value("channelstate") === "") return;
    const known = channels.get(uniqueId);
    if (known === undefined && (!isLiving || hungUp.has(uniqueId))) return;
    const channel = changed(known, { uniqueId, value, atMs });
    version += 1;
    if (known === undefined) add(channel);
    else channels.set(uniqueId, channel);
  }

  return {
    hear(message, atMs) {
      const read = (name: string) =>
        amiValue(message, name)?.trim().slice(0, MOST_CHARACTERS) ?? "";
      const event = read("event").toLowerCase();
      if (event === "hangup") return remove(read("uniqueid"));
      if (event === "rename") {
        const channel = channels.get(read("uniqueid"));
        if (channel === undefined) return;
        channels.set(channel.uniqueId, { ...channel, name: read("newname") });
        version += 1;
        return;
      }
      const seen = { isLiving: OF_LIVING.has(event), atMs };
      see(read, seen);
      // Events of a dial tell of two.
      see((name) => read(`dest${name}`), seen);
    },
    all: () => channels.values(),
    count: () => channels.size,
    dropped: () => dropped,
    version: () => version,
    remove,
    clear() {
      channels.clear();
      hungUp.clear();
      dropped = 0;
      version += 1;
    },
  };
}

interface Seen {
  isLiving: boolean;
  atMs: number;
}

/** What the event says of the channel comes before what was known of it. */
function changed(
  known: Channel | undefined,
  { uniqueId, value, atMs }: { uniqueId: string; value(name: string): string; atMs: number },
): Channel {
  const told = (name: string) => (value(name) === "<unknown>" ? "" : value(name));
  const isUp = value("channelstate") === UP;
  const seconds = /^\d{1,9}$/.test(value("seconds")) ? Number(value("seconds")) : 0;
  // A list says how long a channel is there, and not since when it is answered.
  const isListed = value("seconds") !== "";
  const wasUp = known?.isUp ?? false;
  return {
    uniqueId,
    linkedId: value("linkedid") || known?.linkedId || uniqueId,
    name: value("channel") || known?.name || "",
    isUp,
    sinceMs: known?.sinceMs ?? atMs - seconds * 1000,
    upMs: !isUp ? null : wasUp || isListed ? (known?.upMs ?? null) : atMs,
    callerNumber: told("calleridnum") || known?.callerNumber || "",
    callerName: told("calleridname") || known?.callerName || "",
    account: told("accountcode") || known?.account || "",
    context: value("context") || known?.context || "",
    dialled: known?.dialled || numberOf(told("exten")),
  };
}

/** `s`, `h`, `t` and the like are places in the dialplan. */
function numberOf(extension: string): string {
  return /^[a-z]$/i.test(extension) ? "" : extension;
}
