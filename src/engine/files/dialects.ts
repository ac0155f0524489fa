// Dialects of foreign tables: proposed from a file, stored by name.
import { requireEveryAccount, type Scope, seesEach, seesOwner } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import type { NamedDialect } from "../../stores/ports/imports/dialects.ts";
import type { Store } from "../../stores/store.ts";
import {
  type Dialect,
  dialectSchema,
  type KnownDialect,
  PLAIN_DIALECT,
} from "../../tables/dialect.ts";
import type { TableRecord } from "../../tables/records.ts";
import { TableFault } from "../../tables/rows.ts";
import { SAMPLE_RECORDS } from "../../tables/sniff/delimiter.ts";
import type { Target } from "../../tables/sniff/names.ts";
import { type Sniffed, sniff, sniffRecords } from "../../tables/sniff/sniff.ts";
import type { Clock } from "../ports.ts";
import { openContent, type Pieces, wholeContent } from "./content.ts";
import { WORKBOOK_LIMITS } from "./workbook/limits.ts";
import { isWorkbook, workbookRecords } from "./workbook/workbook.ts";

/** Bytes of a file that the sniffer looks at. */
const SNIFFED_BYTES = 262_144;

export interface StoredDialect {
  name: string;
  dialect: Dialect;
  setAtMs: number;
  by: string;
}

export interface Dialects {
  /** Proposes how a file is written. @throws `too-large`, `invalid-params` */
  sniff(pieces: Pieces, asked: { known: KnownDialect; target: Target }): Promise<Sniffed>;
  /** @throws `forbidden` where the name is another tenant's, or to who sees single accounts only */
  set(name: string, dialect: Dialect, by: { scope: Scope; name: string }): Promise<StoredDialect>;
  /** @throws `not-found` */
  get(name: string, scope: Scope): Promise<StoredDialect>;
  /** By name. */
  list(
    page: { limit: number; after?: string | undefined },
    scope: Scope,
  ): Promise<{ dialects: StoredDialect[]; next?: string }>;
}

export function createDialects({
  store: { dialects },
  clock,
}: {
  store: Pick<Store, "dialects">;
  clock: Clock;
}): Dialects {
  return {
    sniff: (sent, asked) => sniffFile(sent, asked).catch(told),
    async set(name, dialect, { scope, name: by }) {
      requireEveryAccount(scope);
      const there = await dialects.get(name);
      if (there !== null && !isOwn(there, scope)) {
        throw engineError("forbidden", `The dialect ${name} is not of these credentials.`, {
          path: "name",
        });
      }
      const tenants = scope.tenants === null ? null : [...scope.tenants];
      const set = {
        name,
        tenants,
        setAtMs: clock(),
        by,
        dialect: dialect as unknown as JsonObject,
      };
      await dialects.set(set);
      return toStored(set);
    },
    async get(name, scope) {
      const found = await dialects.get(name);
      if (found !== null && isSeen(found, scope)) return toStored(found);
      throw engineError("not-found", `There is no dialect ${name}.`, { path: "name" });
    },
    async list({ limit, after }, scope) {
      const page: NamedDialect[] = [];
      let from = after;
      for (;;) {
        const found = await dialects.list({
          limit,
          ...(from === undefined ? {} : { after: from }),
        });
        page.push(...found.filter((one) => isSeen(one, scope)));
        from = found.at(-1)?.name;
        if (found.length < limit || page.length >= limit) break;
      }
      const shown = page.slice(0, limit);
      const last = shown.at(-1);
      const isMore = page.length >= limit && last !== undefined;
      return { dialects: shown.map(toStored), ...(isMore ? { next: last.name } : {}) };
    },
  };
}

/** Everybody's, or of tenants that the scope has. */
function isSeen({ tenants }: NamedDialect, scope: Scope): boolean {
  return tenants === null || seesEach(scope, tenants);
}

function isOwn({ tenants }: NamedDialect, scope: Scope): boolean {
  return tenants === null ? seesOwner(scope, null) : seesEach(scope, tenants);
}

function toStored({ name, dialect, setAtMs, by }: NamedDialect): StoredDialect {
  const read = dialectSchema.safeParse(dialect);
  if (read.success) return { name, dialect: read.data, setAtMs, by };
  throw engineError("conflict", `The dialect ${name} was set by another build; set it again.`, {
    path: "name",
  });
}

/** What is wrong with the table as a whole, for whoever sent it. */
function told(fault: unknown): never {
  if (!(fault instanceof TableFault)) throw fault;
  throw engineError("too-large", `Line ${fault.line}, column 1: ${fault.message}`, {
    path: "upload",
    hint: "Is it a table? docs/limits.md has what one record may have.",
    data: { reason: fault.reason },
  });
}

async function sniffFile(
  sent: Pieces,
  { known, target }: { known: KnownDialect; target: Target },
): Promise<Sniffed> {
  const { head, pieces } = await openContent(sent, { headBytes: SNIFFED_BYTES });
  if (!isWorkbook(head)) {
    return sniff({ bytes: head, isWhole: head.length < SNIFFED_BYTES, known, target });
  }
  const bytes = await wholeContent(pieces, WORKBOOK_LIMITS.bytes + 1);
  return sniffWorkbook(bytes, { known, target });
}

/** Sheets that are looked at where it is not said which one is meant. */
const MOST_SHEETS = 10;

/** The sheet that is most like a table of its kind; where several have rows it is asked. */
async function sniffWorkbook(
  bytes: Uint8Array,
  asked: { known: KnownDialect; target: Target },
): Promise<Sniffed> {
  const first = await sniffSheet(bytes, asked);
  if (asked.known.sheet !== undefined || first.sheets.length < 2) return first.sniffed;
  const found = [{ ...first, sheet: first.sheets[0] ?? "" }];
  for (const sheet of first.sheets.slice(1, MOST_SHEETS)) {
    const known = { ...asked.known, sheet };
    found.push({ ...(await sniffSheet(bytes, { ...asked, known })), sheet });
  }
  const filled = found.filter(({ sniffed }) => sniffed.columns.length > 0);
  const [best, ...others] = filled.toSorted((one, other) => fieldsOf(other) - fieldsOf(one));
  if (best === undefined || filled.length < 2) return first.sniffed;
  const { sniffed, sheet } = best;
  const doubt = {
    code: "sheet",
    question:
      "The workbook has several sheets with rows: which one is it? The others are not read.",
    answers: [sheet, ...others.map((other) => other.sheet)],
  };
  return {
    ...sniffed,
    dialect: { ...sniffed.dialect, sheet },
    doubts: [doubt, ...sniffed.doubts],
  };
}

function fieldsOf({ sniffed }: { sniffed: Sniffed }): number {
  return Object.keys(sniffed.dialect.map).length;
}

async function sniffSheet(
  bytes: Uint8Array,
  { known, target }: { known: KnownDialect; target: Target },
): Promise<{ sniffed: Sniffed; sheets: string[] }> {
  const { sheet, formulas = "refuse" } = known;
  const read = { ...PLAIN_DIALECT, formulas, ...(sheet === undefined ? {} : { sheet }) };
  const records: TableRecord[] = [];
  let sheets: string[] = [];
  const onSheets = (names: string[]) => {
    sheets = names;
  };
  for await (const piece of workbookRecords(bytes, read, { onSheets })) {
    records.push(...piece);
    if (records.length >= SAMPLE_RECORDS) break;
  }
  const sniffed = sniffRecords(records.slice(0, SAMPLE_RECORDS), { known, target });
  return { sniffed, sheets };
}
