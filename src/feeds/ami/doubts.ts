// Why a feed that is logged in may hear nothing: a manager takes a login that can never bring a record
// without a word, so that is looked for.
import { type AmiMessage, amiValue } from "../../formats/asterisk/ami-message.ts";
import type { FeedParts } from "../contract.ts";
import type { AmiSettings } from "../settings.ts";
import type { AmiSession } from "./session.ts";

/** Seconds by which two clocks may differ. */
const MOST_AHEAD_SECONDS = 10;

/** Whether the user may ask for an action. */
type IsPermitted = (action: string) => boolean;

/** What a manager lets its user ask; null when the session ended before it said so. */
export async function permissions(session: Pick<AmiSession, "ask">): Promise<IsPermitted | null> {
  const may = await session.ask({ Action: "ListCommands" });
  return may === null ? null : (action) => amiValue(may, action.toLowerCase()) !== undefined;
}

export interface Doubts {
  /** Asks the manager what it tells of the user and of its call records, as far as the user may. */
  ask(session: Pick<AmiSession, "ask">, may: IsPermitted): Promise<void>;
  heardRecord(): void;
  /** At each answer of a Ping. */
  look(aheadSeconds: number | null): void;
}

/** Of one session. */
export function createDoubts(
  { user, silentMinutes }: Pick<AmiSettings, "user" | "silentMinutes">,
  parts: FeedParts,
): Doubts {
  const { clock, warned } = parts;
  const sinceMs = clock();
  let hasHeard = false;

  return {
    async ask(session, may) {
      if (may("CoreSettings")) {
        const answer = await session.ask({ Action: "CoreSettings" });
        warned("cdr", answer === null ? null : recordsFault(answer));
      }
      if (may("Command")) {
        const answer = await session.ask({
          Action: "Command",
          Command: `manager show user ${user}`,
        });
        warned("classes", answer === null ? null : classesFault(answer, user));
      }
    },
    heardRecord() {
      if (hasHeard) return;
      hasHeard = true;
      warned("silence", null);
      warned("classes", null);
      warned("cdr", null);
    },
    look(aheadSeconds) {
      const isSilent = !hasHeard && clock() - sinceMs >= silentMinutes * 60_000;
      warned("silence", isSilent ? silence(user, sinceMs) : null);
      const ahead = Math.round(aheadSeconds ?? 0);
      const isOff = Math.abs(ahead) > MOST_AHEAD_SECONDS;
      const way = ahead > 0 ? "ahead of" : "behind";
      const off = `The clock of the Asterisk is ${Math.abs(ahead)} s ${way} the one here.`;
      warned("clock", isOff ? off : null);
    },
  };
}

function silence(user: string, sinceMs: number): string {
  const since = new Date(sinceMs).toISOString();
  return `Logged in since ${since}, and no event Cdr has come. If calls ended: the user ${user} has no read class cdr or an eventfilter, or cdr_manager is not loaded and enabled (docs/asterisk.md).`;
}

function recordsFault(settings: AmiMessage): string | null {
  const isOff = /^(?:no|off|false)$/i.test(amiValue(settings, "corecdrenabled")?.trim() ?? "");
  return isOff ? "The Asterisk makes no call records: cdr.conf has enable = no." : null;
}

/** `Read perm: system,call,cdr`, as one of several lines of output. */
function classesFault({ fields }: AmiMessage, user: string): string | null {
  const lines = fields
    .filter(({ key }) => key.toLowerCase() === "output")
    .map(({ value }) => value);
  const [, classes] = /read *perm\w*: *(.*)/i.exec(lines.join("\n")) ?? [];
  if (classes === undefined || /\b(?:cdr|all)\b/i.test(classes)) return null;
  return `The user ${user} of manager.conf has no read class cdr (it has ${classes.trim()}): no record will come.`;
}
