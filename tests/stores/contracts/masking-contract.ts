// Masking: what every store must do to write records over those that have numbers.
import { expect, test } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import { maskedCdr } from "../../../src/cdr/masking/record.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr, sampleRating } from "./sample-cdrs.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

const TERMS = { atMs: 77, fields: ["named"] };
const SORT = { by: "callTime", descending: false } as const;

/** Corrected once: an older number is in its history. */
async function stored(store: Store, name: string): Promise<StoredCdr> {
  const cdr = sampleCdr(name, {
    primary: { callerNumber: "+441632960961", callerName: "Anna" },
    extra: { named: "x", uri: "sip:441632960000@gw", list: [{ a: 441_632_960_000 }] },
  });
  await store.cdrs.insert([cdr]);
  const { tenant, id, extra, contentHash } = cdr;
  const primary = { ...cdr.primary, destination: "+441632960123" };
  const rating = sampleRating({ revision: 2 });
  const normalized = { ...rating.normalized.destination, raw: "+441632960123" };
  const other = { ...normalized, normalized: "441632960123", e164: "+441632960123" };
  await store.cdrs.revise([
    {
      ...{ tenant, id, expectedRevision: 1, atMs: 5, content: { primary, extra, contentHash } },
      rating: { ...rating, normalized: { destination: other } },
    },
  ]);
  const found = await store.cdrs.get(cdr);
  if (found === null) throw new Error("it was stored");
  return found;
}

export function maskingContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a CDR is masked whole, once, and keeps what finds it", async () => {
      const cdr = await stored(store(), "masked");
      const masked = maskedCdr(cdr, TERMS);
      const after = (await store().cdrs.changes({ filter: {}, limit: 9 })).next;
      const changes = async () => {
        const { cdrs } = await store().cdrs.changes({ filter: {}, limit: 9, after });
        return cdrs.length;
      };
      const before = await changes();
      expect(await store().cdrs.mask([masked])).toEqual(["revised"]);
      expect(await store().cdrs.mask([masked])).toEqual(["changed-meanwhile"]);
      const now = await store().cdrs.get(cdr);
      expect(now).toEqual(masked);
      expect(now).toMatchObject({ maskedAtMs: 77, contentHash: cdr.contentHash });
      expect(JSON.stringify(now)).not.toMatch(/1632960|Anna/);
      const ids = async (filter: object) => {
        const { cdrs } = await store().cdrs.find({ filter, sort: SORT, limit: 9 });
        return cdrs.map(({ id }) => id);
      };
      expect(await ids({ destinations: ["441632960123"] })).toEqual([]);
      expect(await ids({ callerNumbers: ["+441632960961"] })).toEqual([]);
      expect(await ids({ destinationPrefixes: ["44"] })).toEqual([cdr.id]);
      // It is no change: a reader of changes is not told.
      expect(await changes()).toBe(before);
      for await (const { found } of store().cdrs.keyFaults({})) expect(found).toEqual([]);
    });

    test("one that is another by now, or not there, is not masked", async () => {
      const cdr = await stored(store(), "moved");
      const older = { ...cdr, rating: { ...cdr.rating, revision: 1 } };
      const absent = { ...cdr, id: "f".repeat(40) };
      expect(await store().cdrs.mask([older, absent])).toEqual(["changed-meanwhile", "not-found"]);
      expect(await store().cdrs.get(cdr)).toEqual(cdr);
    });

    test("who has not seen that it is masked does not revise it", async () => {
      const cdr = await stored(store(), "raced");
      await store().cdrs.mask([maskedCdr(cdr, TERMS)]);
      const { tenant, id } = cdr;
      const rating = sampleRating({ revision: 3, outcome: "voided" });
      const revision = { tenant, id, expectedRevision: 2, rating, atMs: 9 };
      expect(await store().cdrs.revise([revision])).toEqual(["changed-meanwhile"]);
      expect(await store().cdrs.revise([{ ...revision, isMasked: true }])).toEqual(["revised"]);
      const now = await store().cdrs.get(cdr);
      expect([now?.history.length, now?.maskedAtMs]).toEqual([2, 77]);
    });
  });

  withStore(open, (store) => {
    test("suspense loses its bytes when it is closed, and has them again when it is opened", async () => {
      const record = {
        ...{ id: "a".repeat(64), source: "s", reason: "id-missing", detail: "of 441632960000" },
        ...{ format: "cgr-form", query: "d=441632960000", bytes: new Uint8Array([52, 52]) },
        ...{ receivedAtMs: 5, state: "open" as const },
      };
      await store().suspense.add(record);
      expect(await store().suspense.mask([record.id], 77)).toBe(0);
      await store().suspense.close(record.id, { state: "discarded", by: "me", atMs: 6 });
      expect(await store().suspense.mask([record.id, "b"], 77)).toBe(1);
      expect(await store().suspense.mask([record.id], 78)).toBe(0);
      const { query: _none, ...facts } = record;
      const closed = { state: "discarded", discardedBy: "me", discardedAtMs: 6 };
      expect(await store().suspense.get(record.id)).toEqual({
        ...{ ...facts, ...closed, detail: "", bytes: new Uint8Array(), maskedAtMs: 77 },
      });
      expect((await store().suspense.add(record)).outcome).toBe("reopened");
      expect(await store().suspense.get(record.id)).toEqual({
        ...{ ...record, discardedBy: "me", discardedAtMs: 6, reopened: 1 },
      });
    });

    test("events, halves of calls and acts are looked through, and written over", async () => {
      const event = { source: "s", atMs: 5, event: "Join", queue: "q", agent: null, uniqueId: "u" };
      const full = { ...event, id: "e", linkedId: null, account: "44", facts: { caller: "44" } };
      await store().queueEvents.put([full]);
      const masked = { ...full, account: "**", facts: { caller: "**" } };
      await store().queueEvents.replace([masked, { ...full, id: "absent" }]);
      const query = { fromMs: 0, toMs: 9, limit: 5 };
      expect(await store().queueEvents.find(query)).toEqual([masked]);
      const half = { feed: "f", side: "begin" as const, sinceMs: 5, isPaired: false };
      const halves = ["1", "2", "3"].map((id) => ({ ...half, id, bytes: new Uint8Array([1]) }));
      await store().callHalves.put(halves);
      expect(await store().callHalves.page({ after: "", limit: 2 })).toEqual(halves.slice(0, 2));
      expect(await store().callHalves.page({ after: "2", limit: 2 })).toEqual(halves.slice(2));
      const whence = { road: null, address: null, why: "44" };
      const act = { id: "1", atMs: 5, by: "me", act: "a", subject: "44", tenant: null, ...whence };
      const hashes = { previous: "p", said: "s", hash: "h" };
      const link = (salt: string | null) => ({ sequence: 1, salt, ...hashes });
      await store().log.append({ ...act, link: link("t"), before: null, after: { to: "44" } });
      const told = { subject: "**", why: "**", before: 1, after: { to: "**" } };
      const changed = { ...act, ...told, link: link(null) };
      await store().log.replace([changed, { ...changed, id: "absent" }]);
      expect(await store().log.page({ limit: 5 })).toEqual([changed]);
      expect(await store().erasures.purge()).toBe(true);
    });
  });
}
