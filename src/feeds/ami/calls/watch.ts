// The calls that one Asterisk has under way: from its list of channels and the events of class `call`.
import { type AmiMessage, amiValue } from "../../../formats/asterisk/ami-message.ts";
import type { CallsTold, FeedParts } from "../../contract.ts";
import type { AmiSession } from "../session.ts";
import { createCallsOf } from "./calls.ts";
import { createChannels, MOST_CHANNELS } from "./channels.ts";

/** How often the whole list is asked for again: a channel whose end was not told is found out then. */
const LIST_MS = 300_000;

const OVER = `There are more than ${MOST_CHANNELS} channels: the oldest are left out of the calls under way.`;

export interface CallWatch {
  loggedIn(): void;
  /** Asks for the channels that are there, now and from time to time, where the user may ask. */
  listBy(session: Pick<AmiSession, "request">, mayList: boolean): void;
  /** At each answer of a Ping. */
  pinged(): void;
  hear(message: AmiMessage): void;
  /** What is known is of before now. */
  lost(): void;
  told(): Promise<CallsTold>;
}

export function createCallWatch({ clock, source, warned }: FeedParts): CallWatch {
  const channels = createChannels();
  const calls = createCallsOf(channels, source, clock);
  let session: Pick<AmiSession, "request"> | null = null;
  let list: { actionId: string; askedMs: number; listed: Set<string> } | null = null;
  let heardMs: number | null = null;
  let lastListMs = 0;
  let [isCurrent, isComplete, hearsEvents] = [false, false, false];

  function ask(): void {
    const askedMs = clock();
    lastListMs = askedMs;
    session?.request({ Action: "Status" }, (answer) => {
      if (amiValue(answer, "response")?.trim().toLowerCase() !== "success") return;
      list = { actionId: amiValue(answer, "actionid") ?? "", askedMs, listed: new Set() };
    });
  }

  /** What is not in the list and was there before it was asked for has ended unheard. */
  function listEnded({ askedMs, listed }: { askedMs: number; listed: Set<string> }): void {
    list = null;
    isComplete = true;
    heardMs = clock();
    const gone = [...channels.all()].filter(
      ({ uniqueId, sinceMs }) => !listed.has(uniqueId) && sinceMs < askedMs,
    );
    for (const { uniqueId } of gone) channels.remove(uniqueId);
  }

  return {
    loggedIn() {
      channels.clear();
      list = null;
      heardMs = null;
      [isCurrent, isComplete, hearsEvents] = [true, false, false];
      warned("calls", null);
    },
    listBy(own, mayList) {
      session = mayList ? own : null;
      ask();
    },
    pinged() {
      if (hearsEvents) heardMs = clock();
      if (isComplete && clock() - lastListMs >= LIST_MS) ask();
    },
    hear(message) {
      const event = amiValue(message, "event")?.trim().toLowerCase() ?? "";
      const actionId = amiValue(message, "actionid");
      const isOfList = event === "status" || event === "statuscomplete";
      // A list that was not asked for is somebody else's making.
      if (isOfList && (list === null || actionId !== list.actionId)) return;
      if (event === "statuscomplete" && list !== null) return listEnded(list);
      if (event === "status") list?.listed.add(amiValue(message, "uniqueid")?.trim() ?? "");
      const [before, droppedBefore] = [channels.version(), channels.dropped()];
      channels.hear(message, clock());
      if (channels.version() === before) return;
      if (!isOfList) {
        hearsEvents = true;
        heardMs = clock();
      }
      if (droppedBefore === 0 && channels.dropped() > 0) warned("calls", OVER);
    },
    lost() {
      isCurrent = false;
      list = null;
      session = null;
    },
    async told() {
      const found = heardMs === null ? [] : await calls();
      // They are those of before where it was lost meanwhile.
      const dropped = channels.dropped();
      return {
        asOfMs: heardMs,
        isCurrent: isCurrent && heardMs !== null,
        isComplete,
        dropped,
        calls: found,
      };
    },
  };
}
