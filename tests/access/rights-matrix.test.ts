// Goal: who may do what, for every method, role and tenant, and what is told to whoever may not.
// Method: the rows of rights-rows.ts against the declarations, with a credential of one role and one
// tenant each; a method without a row fails.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { roleFor } from "../../src/access/permissions.ts";
import type { Method } from "../../src/rpc/method.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { ROWS, type Row, type Things } from "./rights-rows.ts";
import {
  OTHER,
  OWN,
  ROLES,
  type ScopedService,
  startScopedService,
  tariffOf,
} from "./scoped-service.ts";

const root = mkdtempSync(join(tmpdir(), "cdrate-rights-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
for (const [name, tenant] of [
  ["own", OWN],
  ["theirs", OTHER],
] as const) {
  mkdirSync(join(root, name));
  for (const [file, text] of Object.entries(tariffOf(tenant))) {
    writeFileSync(join(root, name, file), text);
  }
}

const declared = new Map<string, Method>(METHODS.map((method) => [method.name, method]));
const methodOf = (name: string, row: Row): string => row.method ?? name;

/** Everything that a method can be asked for, of one tenant. */
async function makeThings(scoped: ScopedService, tenant: string, path: string): Promise<Things> {
  const all = scoped.headers("all");
  const done = async (method: string, params: unknown) => {
    const { result, error } = await scoped.ask(all, method, params);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const { version } = await done("tariff.load", { path });
  await done("tariff.activate", { version, at: "2020-01-01T00:00:00Z" });
  await done("tariff.activate", { version, at: "2021-01-01T00:00:00Z" });
  const call = {
    tenant,
    account: "1001",
    destination: "34650123456",
    answerTime: "2026-03-02T09:00:00Z",
    usage: 60,
  };
  const post = (cdr: object) => done("cdr.process", { cdr: { ...call, ...cdr } });
  const stored = async (originId: string) =>
    (await post({ originId: `${originId} ${tenant}` })).id as string;
  const suspended = async (account: string) =>
    (await post({ account, usage: -1, originId: account })).suspenseId as string;
  const conflict = async () => {
    const originId = `conflict ${tenant}`;
    await post({ originId });
    return (await post({ originId, usage: 90 })).suspenseId as string;
  };
  await done("account.set", {
    tenant,
    account: "ended",
    voipPlan: "gold",
    from: "2026-01-01T00:00:00Z",
  });
  await done("carrier.set", { tenant, carrier: "alpha", name: "Alpha" });
  await done("gateway.set", { tenant, gateway: "gw", carrier: "alpha" });
  const planned = async () => {
    const { job } = await done("rerate.plan", { filter: { tenants: [tenant] } });
    await scoped.service.service.engine.rerates.settled(job);
    return job as string;
  };
  const closedPeriod = async () => {
    // Of its own: what is told of one tenant must not look like the other one.
    const number = tenant === OWN ? "N-1" : "N-2";
    const asked = { account: "1001", tenant, period: "2026-01", number };
    const { job } = await done("period.close", asked);
    await scoped.service.service.engine.periods.settled(job);
    return number;
  };
  const people = { roles: ["read"], tenants: [tenant], password: "long enough" };
  for (const who of ["kept", "gone", "here"]) {
    await done("user.set", { name: `${who}@${tenant}`, ...people });
  }
  for (const who of ["kept", "gone"]) {
    await done("token.create", { name: `${who}@${tenant}`, roles: ["read"], tenants: [tenant] });
  }
  const signIn = { name: `here@${tenant}`, password: people.password };
  const json = { "content-type": "application/json" };
  const { status } = await scoped.service.post("/session", JSON.stringify(signIn), json);
  expect(status).toBe(204);
  const { sessions } = await done("session.list", { user: signIn.name });
  // By a credential of the tenant: one of every tenant makes what these do not see.
  const schedule = tenant === OWN ? "daily-own" : "daily-theirs";
  const told = { name: schedule, report: "daily", every: "day", at: "06:00" };
  const rater = scoped.headers("rate", tenant);
  await scoped.ask(rater, "schedule.set", { ...told, to: [{ folder: "reports" }] });
  const { result: run } = await scoped.ask(rater, "schedule.run", { name: schedule });
  await scoped.service.service.engine.schedules.turn(new AbortController().signal);
  // By an admin, so that an admin may take it away.
  const search = tenant === OWN ? "search-own" : "search-theirs";
  const admin = scoped.headers("admin", tenant);
  await scoped.ask(admin, "search.save", { name: search, shared: "peers" });
  const { result: begun } = await scoped.ask(admin, "export.start", { columns: ["id"] });
  const searchOwner = `token admin-${tenant === OWN ? "own" : "else"}`;
  return {
    ...{ search, searchOwner, export: begun.id },
    ...{ tenant, schedule, delivery: run.deliveries[0].delivery },
    path,
    session: sessions[0].id,
    version,
    closed: await closedPeriod(),
    id: await stored("read"),
    corrected: await stored("corrected"),
    voided: await stored("voided"),
    suspense: await suspended("broken"),
    retried: await suspended("retried"),
    discarded: await suspended("discarded"),
    conflict: await conflict(),
    job: await planned(),
    appliedJob: await planned(),
    cancelledJob: await planned(),
  };
}

const NOBODY = {
  id: "0".repeat(40),
  suspense: "0".repeat(64),
  session: "0".repeat(64),
  job: "00000000-0000-0000-0000-000000000000",
  version: "0".repeat(32),
  path: "nothing",
  closed: "no number",
  schedule: "daily-of-nobody",
  delivery: "of-nobody",
  search: "search-of-nobody",
  searchOwner: "token nobody",
  export: "of-nobody",
};

/** What nobody has, in the place of what the other tenant has. */
function nobodysOf(theirs: Things): Things {
  const {
    id,
    suspense,
    session,
    job,
    version,
    path,
    schedule,
    delivery,
    closed,
    search,
    searchOwner,
    export: file,
  } = NOBODY;
  const ids = { id, corrected: id, voided: id };
  const records = { suspense, retried: suspense, discarded: suspense, conflict: suspense };
  const jobs = { job, appliedJob: job, cancelledJob: job };
  const named = {
    session,
    version,
    path,
    schedule,
    delivery,
    closed,
    search,
    searchOwner,
    export: file,
  };
  return { ...theirs, ...ids, ...records, ...jobs, ...named };
}

/** The answer with each thing named as that of nobody. */
function unnamed(answer: unknown, theirs: Things): string {
  const nobodys = nobodysOf(theirs);
  let text = JSON.stringify(answer);
  for (const [name, value] of Object.entries(theirs)) {
    text = text.replaceAll(value, nobodys[name as keyof Things]);
  }
  return text;
}

const roleOf = (name: string) => {
  const method = declared.get(name);
  return method && roleFor(method.permission);
};

it("every method has a row, and every row a method", () => {
  const covered = Object.entries(ROWS).map(([name, row]) => methodOf(name, row));
  expect([...new Set(covered)].sort()).toEqual([...declared.keys()].sort());
});

it("the roles that are declared are those of the rows that name them", () => {
  for (const [name, row] of Object.entries(ROWS)) {
    if (row.roles === undefined || row.method !== undefined) continue;
    expect([name, roleOf(name)]).toEqual([name, row.roles[0]]);
  }
});

describe.each(ROLES)("the role %s", (role) => {
  let scoped: ScopedService;
  let own: Things;
  let theirs: Things;
  beforeAll(async () => {
    scoped = await startScopedService({ settings: { tariffs: root } });
    own = await makeThings(scoped, OWN, "own");
    theirs = await makeThings(scoped, OTHER, "theirs");
  });
  afterAll(() => scoped.stop());

  const rows = Object.entries(ROWS).map(([name, row]) => ({ name, row }));

  it.each(rows)("$name", async ({ name, row }) => {
    const method = methodOf(name, row);
    const needed = row.roles ?? [roleOf(method), "admin"];
    const by = scoped.headers(role);
    const ask = (things: Things) => scoped.ask(by, method, row.params(things));
    const other = await ask(theirs);
    expect(JSON.stringify(other)).not.toContain(OTHER);
    if (!needed.includes(role)) {
      expect(other.error.data.code).toBe("forbidden");
      expect(other.error.message).toContain(`lacks the role ${needed[0]}`);
      expect(await ask(own)).toEqual(other);
      return;
    }
    if (row.other === "settings" || row.other === "every-tenant") {
      const refusal = row.other === "settings" ? "not-found" : "forbidden";
      expect(other.error.data.code).toBe(refusal);
      expect(await ask(own)).toEqual(other);
      return;
    }
    if (row.other === "not-found" || row.other === "forbidden") {
      expect(other.error.data.code).toBe(row.other);
    } else expect(other.error).toBeUndefined();
    if (row.other === "not-found") {
      expect(unnamed(other, theirs)).toBe(JSON.stringify(await ask(nobodysOf(theirs))));
    }
    if (row.other === "empty") {
      for (const [thing, value] of Object.entries(theirs)) {
        if (thing !== "path") {
          expect(JSON.stringify(other)).not.toContain(value);
        }
      }
    }
    const answer = await ask(own);
    expect(answer).toEqual({ jsonrpc: "2.0", id: 1, result: answer.result });
    const started = (answer.result as { job?: string } | null)?.job;
    if (started !== undefined) await scoped.service.service.engine.rerates.settled(started);
  });
});
