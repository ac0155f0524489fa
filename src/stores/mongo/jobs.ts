// Jobs and the lines that they found, in MongoDB.
import type { Document } from "mongodb";
import type { JsonObject } from "../../cdr/json.ts";
import { pageOfJobs } from "../list-pages.ts";
import type { Job, JobLine, JobQuery } from "../ports/jobs.ts";
import { decodeListCursor } from "../sort-keys.ts";
import type { Store } from "../store.ts";
import type { Calls } from "./connection/calls.ts";
import { factCollection } from "./facts.ts";
import { insertNew, replaceSeen } from "./records.ts";
import type { JobDocument, StoreCollections } from "./schema.ts";

export const NUMBER_DIGITS = 12;

export function lineKey(job: string, list: string, number: number): string {
  return `${job}:${list}:${String(number).padStart(NUMBER_DIGITS, "0")}`;
}

export function toJob(document: JobDocument): Job {
  const { _id, kind, state, version, createdAt, body } = document;
  return {
    id: _id,
    kind,
    state,
    version,
    createdAtMs: createdAt.getTime(),
    body: JSON.parse(body) as JsonObject,
  };
}

export function toJobDocument(job: Job): JobDocument {
  const { id, kind, state, version, createdAtMs, body } = job;
  const createdAt = new Date(createdAtMs);
  return { _id: id, kind, state, version, createdAt, body: JSON.stringify(body) };
}

function jobCollection({ jobs, jobLines }: Pick<StoreCollections, "jobs" | "jobLines">) {
  async function latest({ kinds, states, cursor, limit }: JobQuery): Promise<Job[]> {
    const filter: Document = {};
    if (kinds !== undefined) filter["kind"] = { $in: kinds };
    if (states !== undefined) filter["state"] = { $in: states };
    if (cursor !== undefined) {
      const [ms, id] = decodeListCursor(cursor, 1);
      const time = new Date(Number(ms));
      filter["$or"] = [{ createdAt: { $lt: time } }, { createdAt: time, _id: { $lt: id } }];
    }
    const found = jobs.find(filter).sort({ createdAt: -1, _id: -1 }).limit(limit);
    return (await found.toArray()).map(toJob);
  }

  return {
    put: (job: Job, isAgain: boolean): Promise<boolean> =>
      insertNew(jobs, toJobDocument(job), isAgain),

    get: async (id: string): Promise<Job | null> => {
      const document = await jobs.findOne({ _id: id });
      return document === null ? null : toJob(document);
    },

    /** `isAgain`: the job may have been replaced by an earlier attempt; its body says by whom. */
    update(job: Job, expectedVersion: number, isAgain: boolean): Promise<boolean> {
      const { _id, state, version, body } = toJobDocument(job);
      return replaceSeen(jobs, { _id, state, version, body }, { expectedVersion, isAgain });
    },

    list: (query: JobQuery) => pageOfJobs(query, latest),

    appendLines: async (job: string, list: string, lines: JobLine[]): Promise<void> => {
      if (lines.length === 0) return;
      await jobLines.bulkWrite(
        lines.map(({ number, hash, text }) => ({
          replaceOne: {
            filter: { _id: lineKey(job, list, number) },
            replacement: { number, hash, line: text },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    pageLines: async (
      job: string,
      list: string,
      { after, limit }: { after: number; limit: number },
    ): Promise<JobLine[]> => {
      const range = {
        $gt: lineKey(job, list, after),
        $lt: lineKey(job, list, 10 ** NUMBER_DIGITS - 1),
      };
      const documents = await jobLines.find({ _id: range }).sort({ _id: 1 }).limit(limit).toArray();
      return documents.map(({ number, hash, line }) => ({ number, hash, text: line }));
    },
  };
}

export function jobsThrough(
  { read, write }: Calls,
  collections: StoreCollections,
): Pick<Store, "facts" | "jobs"> {
  const facts = factCollection(collections.facts);
  const jobs = jobCollection(collections);
  return {
    facts: {
      keepFirst: (name, fact) => write(() => facts.keepFirst(name, fact)),
      get: (name) => read(() => facts.getFact(name)),
    },
    jobs: {
      put: (job) => write((isAgain) => jobs.put(job, isAgain)),
      get: (id) => read(() => jobs.get(id)),
      update: (job, version) => write((isAgain) => jobs.update(job, version, isAgain)),
      list: (query) => read(() => jobs.list(query)),
      appendLines: (job, list, lines) => write(() => jobs.appendLines(job, list, lines)),
      pageLines: (job, list, page) => read(() => jobs.pageLines(job, list, page)),
    },
  };
}
