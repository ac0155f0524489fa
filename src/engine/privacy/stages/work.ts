// Jobs that are done: lines with the ratings that a rerate planned, and what was asked of them.
import type { StoredCdr } from "../../../cdr/cdr.ts";
import type { Json, JsonObject } from "../../../cdr/json.ts";
import { hiddenIn, maskedRating, maskJson } from "../../../cdr/masking/record.ts";
import { maskForms, maskRuns } from "../../../cdr/masking/text.ts";
import { OUTCOMES, type Rating } from "../../../cdr/rating.ts";
import type { Job, JobLine } from "../../../stores/ports/jobs.ts";
import type { Store } from "../../../stores/store.ts";
import type { ImportPreview } from "../../imports/job.ts";
import { PAGE } from "../../jobs/pages.ts";
import { keyText } from "../../records/one-cdr.ts";
import { LISTS, type PlannedLine, RERATE, readLine } from "../../rerate/job.ts";
import { MASKING } from "../job.ts";
import { isWanted } from "./cdrs.ts";
import { NOTHING, type Stage, type StageParts } from "./stage.ts";

/** Nobody works on them, and nobody waits to. */
const DONE = ["applied", "undone", "cancelled", "failed", "done", "rolled-back", "restored"];

interface FoundLine {
  job: string;
  line: JobLine;
  isMasked: boolean;
}

/** Lines of rerates: no others hold a number. A line is masked with its CDR, or when that is gone. */
export const jobLineStage: Stage<FoundLine> = {
  async read(parts, cursor) {
    const { store } = parts;
    const place = JSON.parse(cursor ?? "[null,0]") as [string | null, number];
    const [jobCursor, after] = place;
    const { jobs, nextCursor } = await store.jobs.list({
      ...{ kinds: [RERATE.kind], states: DONE, limit: 1 },
      ...(jobCursor !== null && { cursor: jobCursor }),
    });
    const [job] = jobs;
    if (job === undefined) return NOTHING;
    const lines = await store.jobs.pageLines(job.id, LISTS.planned, { after, limit: PAGE });
    const isMore = lines.length === PAGE;
    const next = isMore ? [jobCursor, lines.at(-1)?.number] : nextCursor && [nextCursor, 0];
    return {
      found: await linesOfWanted(parts, job.id, lines),
      looked: lines.length + 1,
      next: next ? JSON.stringify(next) : null,
    };
  },
  async mask({ store }, found) {
    // A page is of one job.
    const masked = found.filter(({ isMasked }) => isMasked).map(({ line }) => maskedLine(line));
    const [first] = found;
    if (first !== undefined) await store.jobs.appendLines(first.job, LISTS.planned, masked);
    return found.filter(({ isMasked }) => !isMasked).length;
  },
  told({ job, line }) {
    const { tenant, id } = readLine(line);
    const content = { ...(JSON.parse(line.text) as JsonObject), job, line: line.number };
    return { kind: "jobLine", id, tenant, atMs: null, content };
  },
};

async function linesOfWanted(
  { store, wanted }: StageParts,
  job: string,
  lines: JobLine[],
): Promise<FoundLine[]> {
  const open = lines.map((line) => ({ line, planned: readLine(line) })).filter(isOpen);
  const cdrs = await cdrsOf(
    store,
    open.map(({ planned }) => planned),
  );
  return open.flatMap(({ line, planned }) => {
    if (!(wanted.tenants?.includes(planned.tenant) ?? true)) return [];
    const cdr = cdrs.get(keyText(planned));
    // Of one that is gone only the line says whose number it is: all of them are masked.
    const isMasked = cdr === undefined || cdr.maskedAtMs !== undefined;
    const isFound = isMasked ? wanted.sought === null || cdr !== undefined : isWanted(cdr, wanted);
    return isFound || mentionsSought(line, wanted) ? [{ job, line, isMasked }] : [];
  });
}

function isOpen({ planned }: { planned: PlannedLine }): boolean {
  return planned.masked !== true;
}

function mentionsSought({ text }: JobLine, { sought }: StageParts["wanted"]): boolean {
  return sought !== null && maskForms(text, sought.international) !== text;
}

async function cdrsOf(
  { cdrs }: Store,
  lines: readonly PlannedLine[],
): Promise<Map<string, StoredCdr>> {
  const found = new Map<string, StoredCdr>();
  if (lines.length === 0) return found;
  const filter = {
    ids: lines.map(({ id }) => id),
    tenants: [...new Set(lines.map(({ tenant }) => tenant))],
    outcomes: [...OUTCOMES],
  };
  for await (const page of cdrs.scan(filter, PAGE)) {
    for (const cdr of page) found.set(keyText(cdr), cdr);
  }
  return found;
}

/** Its hash stays, so that the lines after it are known by theirs. */
function maskedLine({ number, hash, text }: JobLine): JobLine {
  const line = readLine({ number, hash, text });
  const numbers = hiddenIn(line.new as Rating);
  const masked: PlannedLine = { ...line, new: maskedRating(line.new, numbers), masked: true };
  return { number, hash, text: JSON.stringify(masked) };
}

/** Shorter runs of digits are amounts, seconds, parts of dates. */
const LEAST_DIGITS = 5;

/** What was asked of jobs, as in the filter of a rerate, of one number; by age the rows that an import showed. */
export const jobStage: Stage<Job> = {
  async read({ store, wanted }, cursor) {
    if (wanted.tenants !== undefined) return NOTHING;
    const { jobs, nextCursor = null } = await store.jobs.list({
      ...{ limit: PAGE, states: DONE },
      ...(wanted.sought === null && { kinds: ["import"] }),
      ...(cursor !== null && { cursor }),
    });
    const found = jobs.filter((job) => {
      if (job.kind === MASKING.kind || job.createdAtMs >= wanted.receivedBeforeMs) return false;
      if (wanted.beforeMs !== null && job.createdAtMs >= wanted.beforeMs) return false;
      return JSON.stringify(maskedBody(job, wanted)) !== JSON.stringify(job.body);
    });
    return { found, looked: jobs.length, next: nextCursor };
  },
  async mask({ store, wanted }, found) {
    let left = 0;
    for (const job of found) {
      const next = { ...job, body: maskedBody(job, wanted), version: job.version + 1 };
      if (!(await store.jobs.update(next, job.version))) left += 1;
    }
    return left;
  },
  told: ({ id, kind, createdAtMs, body }) => ({
    ...{ kind: `${kind} job`, id, tenant: null, atMs: createdAtMs, content: body },
  }),
};

function maskedBody({ body }: Job, { sought }: StageParts["wanted"]): JsonObject {
  if (sought !== null) return hidden(body, sought.forms) as JsonObject;
  const { preview } = body as { preview?: Pick<ImportPreview, "rows" | "refusals"> };
  if (preview === undefined) return body;
  const hide = (text: string) => maskRuns(text, LEAST_DIGITS);
  const masked = (value: unknown) => maskJson(value as Json, hide, "texts");
  const shown = { rows: masked(preview.rows), refusals: masked(preview.refusals) };
  return { ...body, preview: { ...(preview as object), ...shown } };
}

/** Numbers that are counts or times are left alone: only texts name a number. */
export function hidden(value: Json, forms: ReadonlySet<string>): Json {
  return maskJson(value, (text) => maskForms(text, forms), "texts");
}
