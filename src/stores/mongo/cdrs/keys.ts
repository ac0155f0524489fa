// The members of a document that queries and sums go by, held against the record beside them.

import { isDeepStrictEqual } from "node:util";
import type { Collection } from "mongodb";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import { faultsOf, keyFault, outcomeFaults } from "../../key-faults.ts";
import type { KeyFault, ReadOptions } from "../../ports/cdrs.ts";
import { type CdrDocument, recordKeys, toCdr } from "../documents.ts";
import type { CdrBounds } from "./bounds.ts";
import { type CdrKeying, documentKey, idOfKey, keyText } from "./key.ts";

const PAGE_DOCUMENTS = 100;

export function cdrKeys(
  collection: Collection<CdrDocument>,
  { keying, bounds }: { keying: CdrKeying; bounds: CdrBounds },
) {
  async function* keyFaults(
    filter: CdrFilter,
    options: ReadOptions = {},
  ): AsyncGenerator<{ read: number; found: KeyFault[] }, void> {
    const { index, match } = await bounds.of({ filter, everyOutcome: true });
    const cursor = await bounds.through(index, async (hint) => {
      const opened = collection.find(match, { ...options, ...hint }).batchSize(PAGE_DOCUMENTS);
      // Asks for the first documents, so that a hint that the server refuses is met here.
      await opened.hasNext();
      return opened;
    });
    try {
      let [read, found]: [number, KeyFault[]] = [0, []];
      for await (const document of cursor) {
        if (isTurnOver()) await ownTurn();
        read += 1;
        const faults = faultsOf(() => documentFaults(document, keying));
        if (faults.length > 0) found.push({ id: idOfKey(document._id), faults });
        if (read < PAGE_DOCUMENTS) continue;
        yield { read, found };
        [read, found] = [0, []];
      }
      if (read > 0) yield { read, found };
    } finally {
      await cursor.close();
    }
  }

  return keyFaults;
}

function documentFaults(document: CdrDocument, keying: CdrKeying): string[] {
  const cdr = toCdr(document);
  const { keys, extraHashes } = document;
  const [is, should] = [document._id, documentKey(keying, cdr)].map(keyText);
  const given: Record<string, unknown> = { ...recordKeys(cdr), _id: should };
  const stored: Record<string, unknown> = { ...keys, extraHashes, _id: is };
  const names = new Set([...Object.keys(given), ...Object.keys(stored)]);
  const faults = [...names]
    .filter((name) => !isDeepStrictEqual(stored[name], given[name]))
    .map((name) => keyFault(name, stored[name] ?? null, given[name] ?? null));
  return [...faults, ...outcomeFaults(cdr.rating.outcome)];
}
