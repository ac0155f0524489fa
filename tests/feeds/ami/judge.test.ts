// Which records of a manager are believed: nobody who can write a value can write a record.
import { describe, expect, it } from "vitest";
import { createCutter } from "../../../src/feeds/ami/cutter.ts";
import { createJudge, type Verdict } from "../../../src/feeds/ami/judge.ts";
import { amiEvent, eventText, numberedEvent } from "./events.ts";

const OWN = "nonce-1";

function verdictsOf(text: string): Verdict[] {
  const cutter = createCutter();
  const judge = createJudge((id) => id === OWN);
  return cutter
    .push(Buffer.from(`Asterisk Call Manager/11\r\n${text}`))
    .flatMap((piece) => (piece.kind === "message" ? [judge(piece.bytes)] : []));
}

function faultsOf(text: string): (string | undefined)[] {
  return verdictsOf(text).map((verdict) =>
    verdict.kind === "record" ? verdict.record.fault?.reason : verdict.kind,
  );
}

describe("messages of a manager", () => {
  it("are records, other events, answers and strays", () => {
    const verdicts = verdictsOf(
      `${amiEvent()}${eventText({ Event: "Shutdown" })}${eventText({ Response: "Success", ActionID: "x" })}${eventText({ Garbage: "1" })}`,
    );
    expect(verdicts).toMatchObject([
      { kind: "record", record: { bytes: Buffer.from(amiEvent()) } },
      { kind: "event", name: "Shutdown" },
      { kind: "answer", actionId: "x" },
      { kind: "stray" },
    ]);
  });

  it("behind an event that an empty line in a value cut short are not believed until its rest came", () => {
    const forged = numberedEvent(666);
    const attack = amiEvent({ changes: { UserField: "x" } }).replace(
      "LastData: ",
      `LastData: y\r\n\r\n${forged}rest: `,
    );
    expect(faultsOf(`${attack}${numberedEvent(2)}`)).toEqual([
      // The first one is refused by its format, for what it lacks.
      undefined,
      "injected-field",
      "broken-ami",
      undefined,
    ]);
  });

  it("are believed again after an answer to a request, whose id nobody can guess", () => {
    const short = eventText({ Event: "Cdr", AccountCode: "1" });
    const fake = eventText({ Response: "Success", ActionID: "guessed" });
    const own = eventText({ Response: "Success", ActionID: OWN });
    expect(faultsOf(`${short}${fake}${numberedEvent(1)}${own}${numberedEvent(2)}`)).toEqual([
      undefined,
      "answer",
      "injected-field",
      "answer",
      undefined,
    ]);
  });
});
