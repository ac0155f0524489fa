// Saved searches: a filter with a name, kept by whoever saved it. Whoever runs one sees what they may see.
import { type Asking, ownerOf, ownerText } from "../../access/owner.ts";
import { engineError } from "../../errors.ts";
import type { TimeRange } from "../../queries/cdr-query.ts";
import { cellWriter } from "../../queries/cell-writer.ts";
import type { DeskEntry, DeskStore } from "../../stores/ports/billing/desk.ts";
import { shownPage } from "../desk-pages.ts";
import type { Clock } from "../ports.ts";
import type { CdrReads } from "../records/reads.ts";
import { isShown, mayRemove, type SavedSearch, searchBody, searchOf } from "./model.ts";

/** Of one owner. */
const MOST_SEARCHES = 200;
/** Of one search as the store has it. */
const MOST_BYTES = 65_536;

export type SearchWanted = Pick<
  SavedSearch,
  "name" | "given" | "filter" | "columns" | "sort" | "zone" | "shared"
>;

/** Whose: one's own when not said. */
export interface SearchName {
  name: string;
  /** `token NAME`, `user NAME` or `loopback`. */
  owner?: string | undefined;
}

type Row = ReturnType<ReturnType<typeof cellWriter>>;

export interface Searches {
  /**
   * One's own; the same name again replaces it. @throws `forbidden` for what one may not see, `too-large`,
   * `conflict` where it is saved twice at the same time
   */
  save(wanted: SearchWanted, by: Asking): Promise<SavedSearch>;
  /** @throws `not-found`, also for one of others that is not shared with whoever asks */
  get(asked: SearchName, by: Asking): Promise<SavedSearch>;
  /** One's own and those that others share with one, by owner and name. */
  list(
    page: { limit: number; after?: string | undefined },
    by: Asking,
  ): Promise<{ searches: SavedSearch[]; next?: string }>;
  /** @throws `not-found`, `forbidden` for one that others share */
  remove(asked: SearchName, by: Asking): Promise<SavedSearch>;
  /**
   * A page of its CDRs, within the scope of whoever runs it; `callTime` takes the place of the search's own.
   * @throws `forbidden` for columns and members that they may not see
   */
  run(
    asked: SearchName & {
      callTime?: TimeRange | undefined;
      limit: number;
      cursor?: string | undefined;
    },
    by: Asking,
    signal?: AbortSignal,
  ): Promise<{ columns: readonly string[]; rows: Row[]; nextCursor?: string }>;
}

const idOf = (owner: string, name: string): string => `${owner}/${name}`;
/** Names have no `/`. */
const ownerOfId = (id: string): string => id.slice(0, id.lastIndexOf("/"));

export function createSearches({
  store: { desk },
  clock,
  cdrs,
}: {
  store: { desk: DeskStore };
  clock: Clock;
  cdrs: Pick<CdrReads, "find" | "exportColumns">;
}): Searches {
  async function found({ name, owner }: SearchName, by: Asking): Promise<DeskEntry> {
    const whose = owner ?? ownerText(ownerOf(by));
    const entry = await desk.get({ kind: "search", id: idOf(whose, name) });
    if (entry !== null && (isShown(searchOf(entry), by) || mayRemove(searchOf(entry), by))) {
      return entry;
    }
    throw engineError("not-found", `There is no search ${name}.`, { path: "name" });
  }

  async function get(asked: SearchName, by: Asking): Promise<SavedSearch> {
    const search = searchOf(await found(asked, by));
    if (isShown(search, by)) return search;
    throw engineError("not-found", `There is no search ${asked.name}.`, { path: "name" });
  }

  /** @throws `too-large` where the owner has as many as one may have */
  async function requireRoom(owner: string): Promise<void> {
    let after = `${owner}/`;
    let count = 0;
    for (;;) {
      const page = await desk.page({ kind: "search", limit: MOST_SEARCHES, after });
      const own = page.filter(({ id }) => ownerOfId(id) === owner);
      count += own.length;
      if (count >= MOST_SEARCHES) break;
      const last = page.at(-1);
      if (page.length < MOST_SEARCHES || !last?.id.startsWith(`${owner}/`)) return;
      after = last.id;
    }
    throw engineError("too-large", `You have ${MOST_SEARCHES} saved searches already.`, {
      path: "name",
      hint: "Remove one of them first.",
    });
  }

  return {
    get,
    async save(wanted, by) {
      cdrs.exportColumns(asExport(wanted), by.scope);
      const owner = ownerOf(by);
      const id = idOf(ownerText(owner), wanted.name);
      const there = await desk.get({ kind: "search", id });
      if (there === null) await requireRoom(ownerText(owner));
      const search: SavedSearch = { ...wanted, owner, scope: by.scope, savedAtMs: clock() };
      const body = searchBody(search);
      if (Buffer.byteLength(JSON.stringify(body)) > MOST_BYTES) {
        throw engineError("too-large", `A saved search has at most ${MOST_BYTES} bytes.`, {
          path: "filter",
        });
      }
      const entry = { kind: "search" as const, id, version: (there?.version ?? 0) + 1 };
      const kept: DeskEntry = { ...entry, dueMs: null, body };
      const isSaved =
        there === null ? await desk.put(kept) : await desk.update(kept, there.version);
      if (isSaved) return searchOf(kept);
      throw engineError("conflict", `The search ${wanted.name} was saved at the same time.`);
    },
    async list(page, by) {
      const seen = (entry: DeskEntry) => isShown(searchOf(entry), by);
      const { shown, ...next } = await shownPage(desk, { kind: "search", ...page }, seen);
      return { searches: shown.map(searchOf), ...next };
    },
    async remove(asked, by) {
      const entry = await found(asked, by);
      const search = searchOf(entry);
      if (!mayRemove(search, by)) {
        throw engineError("forbidden", "This search is of others, who share it.", { path: "name" });
      }
      await desk.remove(entry);
      return search;
    },
    async run({ callTime, limit, cursor, ...asked }, by, signal) {
      const search = await get(asked, by);
      const filter = { ...search.filter, ...(callTime !== undefined && { callTime }) };
      const columns = cdrs.exportColumns(asExport({ ...search, filter }), by.scope);
      const query = { filter, sort: search.sort, limit, ...(cursor !== undefined && { cursor }) };
      const { cdrs: page, ...next } = await cdrs.find(query, { scope: by.scope, signal });
      const cells = cellWriter(columns, { times: "iso-zone", timeZone: search.zone });
      return { columns, rows: page.map(cells), ...next };
    },
  };
}

function asExport({ filter, columns }: Pick<SavedSearch, "filter" | "columns">) {
  return { filter, columns: columns ?? undefined };
}
