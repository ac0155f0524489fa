// One page of an import: every record goes the way of a post, and what became of it is counted.
import { callTimeOf } from "../../cdr/call.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { Store } from "../../stores/store.ts";
import type { CdrAnswer } from "../intake/answers.ts";
import type { Intake } from "../intake/receive.ts";
import { type ImportRun, NOT_STORED, type NotStoredLine } from "./job.ts";
import type { Pace } from "./pace.ts";
import { type ImportParts, type ImportRecord, understood } from "./records.ts";
import { addNumber, type SequenceSeen, sequenceNumber } from "./sequence.ts";

export interface RunParts extends ImportParts {
  store: Pick<Store, "jobs">;
  intake: Pick<Intake, "process">;
  pace: Pace;
}

/** @throws `store-unavailable`: the page is done again, and no line of it twice */
export async function runPage(
  parts: RunParts,
  records: readonly ImportRecord[],
  { job, run }: { job: string; run: ImportRun },
): Promise<void> {
  const answers = await parts.pace.inPieces(records, "stored", (piece) =>
    takeInOrder(parts, piece),
  );
  const notStored: JobLine[] = [];
  for (const [index, record] of records.entries()) {
    if (isTurnOver()) await ownTurn();
    const answer = answers[index];
    if (answer === undefined) throw new Error("every record has an answer");
    const { outcome } = answer;
    run.lines += 1;
    if (run.sequence !== undefined) noteNumber(record, run.sequence);
    run.outcomes[outcome] = (run.outcomes[outcome] ?? 0) + 1;
    if (outcome === "duplicate" || outcome === "conflict" || outcome === "suspended") {
      notStored.push(notStoredLine(record, { ...answer, outcome }));
    } else noteCallTime(parts, record, run);
  }
  await parts.store.jobs.appendLines(job, NOT_STORED, notStored);
}

/** Numbered as in the batch: a page that is done again writes the same lines. */
function notStoredLine(
  { unit }: ImportRecord,
  { outcome, id, reason, suspenseId }: CdrAnswer & Pick<NotStoredLine, "outcome">,
): JobLine {
  const line: NotStoredLine = {
    line: unit.line,
    outcome,
    id,
    ...(reason === undefined ? {} : { reason }),
    ...(suspenseId === undefined ? {} : { suspenseId }),
  };
  return { number: unit.number, hash: "", text: JSON.stringify(line) };
}

/** Each is given to the store after those before it; they are written together. */
async function takeInOrder(
  { intake }: Pick<RunParts, "intake">,
  records: readonly ImportRecord[],
): Promise<CdrAnswer[]> {
  const taken: Promise<CdrAnswer>[] = [];
  for (const { arrival, read } of records) {
    if (isTurnOver()) await ownTurn();
    const answer = intake.process(arrival, read);
    // A fault is told when all have been taken.
    answer.catch(() => undefined);
    taken.push(answer);
  }
  return Promise.all(taken);
}

function noteNumber({ read }: ImportRecord, sequence: SequenceSeen): void {
  const number = read.ok ? sequenceNumber(read.raw, sequence.field) : null;
  if (number === null) sequence.without += 1;
  else addNumber(sequence, number);
}

function noteCallTime(parts: RunParts, record: ImportRecord, run: ImportRun): void {
  const found = understood(parts, record);
  const atMs = found?.ok === true ? callTimeOf(found.cdr.primary)?.atMs : undefined;
  if (atMs === undefined) return;
  run.firstCallMs = Math.min(run.firstCallMs ?? atMs, atMs);
  run.lastCallMs = Math.max(run.lastCallMs ?? atMs, atMs);
}
