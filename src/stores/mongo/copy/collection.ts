// A collection of MongoDB, as a copy reads and writes it.
import { BSON, type Collection, type Filter, type WithId } from "mongodb";
import { addToPage, BATCH_DOCUMENTS, emptyPage } from "../../page-bytes.ts";
import type { CopyTable } from "../../ports/copy.ts";
import { takenPositions } from "../cdrs/cdrs.ts";
import { keyText } from "../cdrs/key.ts";
import { requireDocument } from "../document-size.ts";
import { asTold } from "../faults.ts";

export interface CopiedCollection<Document extends { _id: unknown }, Row> {
  collection: Collection<Document>;
  /** Most rows of a page, where they are large beside their document. */
  mostRows?: number;
  read(document: WithId<Document>): Row | Promise<Row>;
  /** @throws an error that names the row, where MongoDB has no form for it */
  write(row: Row): Document;
  insert?(documents: Document[]): Promise<unknown>;
  /** The key of the text that a place has; the text itself when not said. */
  keyOfText?(text: string): unknown;
}

/** In the order of `_id`. */
export function collectionTable<Document extends { _id: unknown }, Row>({
  collection,
  mostRows = Number.MAX_SAFE_INTEGER,
  read,
  write,
  insert,
  keyOfText = (text) => text,
}: CopiedCollection<Document, Row>): CopyTable<Row> {
  const insertAll =
    insert ??
    ((documents: Document[]) =>
      collection.insertMany(documents as unknown as Parameters<typeof collection.insertMany>[0], {
        ordered: false,
      }));
  return throughFaults({
    count: () => collection.estimatedDocumentCount(),
    async page(after, limits) {
      const rows = Math.min(limits.rows, mostRows);
      const filter = after === null ? {} : { _id: { $gt: keyOfText(after) } };
      const found = collection
        .find(filter as Filter<Document>)
        .sort({ _id: 1 })
        .limit(rows + 1)
        .batchSize(Math.min(rows + 1, BATCH_DOCUMENTS));
      const page = emptyPage<WithId<Document>>();
      for await (const row of found) {
        const bytes = BSON.calculateObjectSize(row);
        if (!addToPage(page, { row, bytes }, { ...limits, rows })) break;
      }
      const last = page.rows.at(-1);
      const next = page.isMore && last !== undefined ? keyText(last._id) : null;
      const answer: Row[] = [];
      for (const row of page.rows) answer.push(await read(row));
      return { rows: answer, next };
    },
    async put(rows) {
      const documents = rows.map(write);
      for (const document of documents) requireDocument(document);
      // What is taken was written by an earlier attempt.
      if (documents.length > 0) await insertAll(documents).catch(takenPositions);
    },
  });
}

/** The driver tries again what it may; what then fails is told as any call of the store is. */
export function throughFaults<Row>({ count, page, put }: CopyTable<Row>): CopyTable<Row> {
  const told =
    <Args extends unknown[], Answer>(writes: boolean, run: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      try {
        return await run(...args);
      } catch (error) {
        throw asTold(error, { writes });
      }
    };
  return { count: told(false, count), page: told(false, page), put: told(true, put) };
}
