// An Asterisk of our own: each call is a line of its Master.csv and an event of its manager. It goes on
// whatever becomes of who reads it.
import { appendFileSync, renameSync } from "node:fs";
import { amiEvent } from "../feeds/ami/events.ts";
import { type Manager, startManager } from "../feeds/ami/manager.ts";
import { masterLine } from "../feeds/asterisk-lines.ts";

export interface Pbx {
  /** Of its manager. */
  port: number;
  /** Origin ids of all calls so far. */
  calls: Set<string>;
  /** When calls ended that the manager told nobody, in epoch milliseconds. */
  untoldAtMs: number[];
  call(): void;
  /** The file gets another name, and a new one is begun. */
  rotate(): void;
  /** Ends the connections of the manager; `inEvent`: with half an event sent. */
  cut(inEvent: boolean): void;
  /** The connections stay, and nothing comes or goes on them, as behind a dead router. */
  freeze(): void;
  close(): Promise<void>;
}

const SECRET = "s3cret";

function eventOf(call: number): string {
  return amiEvent({
    changes: {
      Channel: `PJSIP/201-${call}`,
      DestinationChannel: `PJSIP/trunk-${call}`,
      LastData: "PJSIP/34650123456@trunk,60",
      EndTime: "2026-03-02 10:01:05",
      Duration: "65",
      BillableSeconds: "60",
      UniqueID: `1772445600.${call}`,
    },
  });
}

/** In the zone UTC. */
function originIdOf(call: number): string {
  return `1772445600.${call}|PJSIP/trunk-${call}|2026-03-02T10:00:00.000Z`;
}

export async function startPbx(path: string): Promise<Pbx> {
  const frozen = new Set<unknown>();
  const manager: Manager = await startManager({
    secret: SECRET,
    answer: (_fields, session) => (frozen.has(session) ? null : undefined),
  });
  const calls = new Set<string>();
  const untoldAtMs: number[] = [];
  let [next, rotations] = [0, 0];

  function tell(text: string): number {
    const open = [...manager.sessions].filter((one) => one.isIn && !frozen.has(one));
    for (const { socket } of open) socket.write(text);
    return open.length;
  }

  return {
    port: manager.port,
    calls,
    untoldAtMs,
    call() {
      appendFileSync(path, masterLine({ call: next }));
      if (tell(eventOf(next)) === 0) untoldAtMs.push(Date.now());
      calls.add(originIdOf(next));
      next += 1;
    },
    rotate() {
      rotations += 1;
      renameSync(path, `${path}.${rotations}`);
    },
    cut(inEvent) {
      if (inEvent) {
        appendFileSync(path, masterLine({ call: next }));
        const event = eventOf(next);
        for (const { socket } of manager.sessions) socket.end(event.slice(0, event.length / 2));
        calls.add(originIdOf(next));
        untoldAtMs.push(Date.now());
        next += 1;
      } else manager.cut();
    },
    freeze() {
      for (const session of manager.sessions) frozen.add(session);
    },
    close: () => manager.close(),
  };
}
