// What each method is asked for in the matrix of rights: the same for a tenant of the caller, for
// another one, and for what nobody has.
import type { Role } from "../../src/access/permissions.ts";
import { GROUP_REPORTS } from "../../src/reports/groups.ts";

/** Things of one tenant that methods are asked for. */
export interface Things {
  tenant: string;
  /** A CDR that is read, one that is corrected, one that is voided. */
  id: string;
  corrected: string;
  voided: string;
  /** Records that are read, retried, discarded, and one in conflict. */
  suspense: string;
  retried: string;
  discarded: string;
  conflict: string;
  job: string;
  appliedJob: string;
  cancelledJob: string;
  /** Number of a period that is closed. */
  closed: string;
  version: string;
  /** A session of a user of the tenant. */
  session: string;
  path: string;
  schedule: string;
  /** A saved search that is shared with everyone of the tenant, and whose it is. */
  search: string;
  searchOwner: string;
  export: string;
  /** Of that schedule, given up. */
  delivery: string;
}

export interface Row {
  /** The declared method; else the name of the row is it. */
  method?: string;
  /** Who may do it, said here once more; else the role that is declared. */
  roles?: readonly Role[];
  params(things: Things): Record<string, unknown>;
  /**
   * What whoever may do it is told of another tenant. `empty`: a result without anything of it.
   * `none`: the call is of no tenant. `settings`: it is of a thing of the settings, which is told to
   * those alone who see every tenant; to others it is not there. `every-tenant`: the call is of all
   * tenants at once, and refused to whoever does not see them all.
   */
  other: "not-found" | "forbidden" | "empty" | "none" | "settings" | "every-tenant";
}

const CALL = {
  account: "1001",
  destination: "34650123456",
  answerTime: "2026-03-02T09:00:00Z",
  usage: 60,
};
const ofTenant = ({ tenant }: Things) => ({ filter: { tenants: [tenant] } });
const searchOf = ({ search, searchOwner: owner }: Things) => ({ name: search, owner });
const noticeOf = ({ tenant, version }: Things) => ({
  ...{ tenant, account: "1001", from: version, to: version, start: "2026-04-01T00:00:00Z" },
});
const exportOf = ({ export: id }: Things) => ({ id });
const RATERS = ["rate", "admin"] as const;
const READERS = ["read", "admin"] as const;

export const ROWS: Record<string, Row> = {
  "system.status": { params: () => ({}), other: "none" },
  "system.diagnose": { params: () => ({}), other: "every-tenant" },
  "cdr.process": {
    params: ({ tenant }) => ({ cdr: { ...CALL, tenant, originId: "matrix-1" } }),
    other: "forbidden",
  },
  "cdr.processMany": {
    params: ({ tenant }) => ({ cdrs: [{ ...CALL, tenant, originId: "matrix-2" }] }),
    other: "forbidden",
  },
  "cdr.get": { params: ({ id }) => ({ id }), other: "not-found" },
  "cdr.find": { params: ofTenant, other: "empty" },
  "cdr.search": {
    params: (things) => ({
      ...ofTenant(things),
      ...{ texts: ["650"], from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" },
    }),
    other: "empty",
  },
  "cdr.changes": { params: ofTenant, other: "empty" },
  "cdr.count": { params: ofTenant, other: "empty" },
  "cdr.summarize": {
    params: (things) => ({ ...ofTenant(things), groupBy: ["tenant"] }),
    other: "empty",
  },
  "report.concurrent": {
    params: (things) => ({
      ...ofTenant(things),
      from: "2026-03-02T00:00:00Z",
      to: "2026-03-03T00:00:00Z",
    }),
    other: "empty",
  },
  "report.queues": {
    params: () => ({
      ...{ from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z", basis: "cdrs" },
    }),
    other: "none",
  },
  "report.agents": {
    params: () => ({
      ...{ from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z", basis: "cdrs" },
    }),
    other: "none",
  },
  "report.statement": {
    params: ({ tenant }) => ({ account: "1001", tenant, period: "2026-03" }),
    other: "empty",
  },
  "period.close": {
    params: ({ tenant }) => ({ account: "1001", tenant, period: "2026-02", dryRun: true }),
    other: "forbidden",
  },
  "period.correct": {
    params: ({ tenant, closed: number }) => ({ number, tenant }),
    other: "not-found",
  },
  "period.list": { params: ({ tenant }) => ({ tenants: [tenant] }), other: "empty" },
  "period.get": {
    params: ({ tenant, closed: number }) => ({ number, tenant }),
    other: "not-found",
  },
  "period.lines": {
    params: ({ tenant, closed: number }) => ({ number, tenant }),
    other: "not-found",
  },
  "report.traffic": {
    params: (things) => ({ ...ofTenant(things), by: "day" }),
    other: "empty",
  },
  ...Object.fromEntries(
    GROUP_REPORTS.map(({ name }): [string, Row] => [
      `report.${name}`,
      { params: ofTenant, other: "empty" },
    ]),
  ),
  "cdr.export": { params: ofTenant, other: "none" },
  "cdr.explain": { params: ({ id }) => ({ id }), other: "not-found" },
  "cdr.correct": {
    roles: RATERS,
    params: ({ corrected: id }) => ({ id, fields: { usage: "61s" } }),
    other: "not-found",
  },
  "cdr.void": {
    roles: RATERS,
    params: ({ voided: id }) => ({ id, reason: "test" }),
    other: "not-found",
  },
  "rating.price": { params: ({ tenant }) => ({ ...CALL, tenant }), other: "forbidden" },
  "rates.find": { params: ({ tenant }) => ({ tenant, account: "1001" }), other: "forbidden" },
  "rating.routes": { params: ({ tenant }) => ({ ...CALL, tenant }), other: "forbidden" },
  "number.normalize": {
    params: ({ tenant }) => ({ number: "34650123456", tenant, account: "1001" }),
    other: "forbidden",
  },
  "tariff.check": { params: ({ path }) => ({ path }), other: "not-found" },
  "tariff.load": { params: ({ path }) => ({ path }), other: "not-found" },
  "tariff.list": { params: () => ({}), other: "empty" },
  "tariff.get": { params: ({ version }) => ({ version, texts: true }), other: "not-found" },
  "tariff.replaceDeck": {
    params: ({ version }) => ({ version, plan: "standard", content: "prefix,rate\n34,0.2\n" }),
    other: "not-found",
  },
  "tariff.markup": {
    params: ({ version }) => ({ version, plan: "standard", rule: { of: ["alpha"] } }),
    other: "not-found",
  },
  "tariff.export": { params: ({ version }) => ({ version }), other: "not-found" },
  "tariff.edit": {
    params: ({ version }) => ({
      version,
      plan: "standard",
      rate: { prefix: "34" },
      set: { rate: "0.3" },
      reason: "test",
    }),
    other: "not-found",
  },
  "tariff.diff": { params: ({ version }) => ({ from: version, to: version }), other: "not-found" },
  "tariff.activate": { params: ({ version }) => ({ version }), other: "forbidden" },
  "tariff.rollback": { params: ({ tenant }) => ({ tenant }), other: "forbidden" },
  "tariff.backtest": { params: ({ version }) => ({ version }), other: "not-found" },
  "tariff.compare": {
    params: ({ version, tenant }) => ({
      before: { version },
      after: { version },
      calls: [{ ...CALL, tenant }],
    }),
    other: "not-found",
  },
  "account.set": {
    roles: RATERS,
    params: ({ tenant }) => ({ tenant, account: "1001", voipPlan: "gold" }),
    other: "forbidden",
  },
  "account.remove": {
    roles: RATERS,
    params: ({ tenant }) => ({ tenant, account: "ended" }),
    other: "forbidden",
  },
  "account.get": {
    roles: READERS,
    params: ({ tenant }) => ({ tenant, account: "ended" }),
    other: "forbidden",
  },
  "account.find": { roles: READERS, params: ({ tenant }) => ({ tenant }), other: "forbidden" },
  "account.list": { roles: READERS, params: ({ tenant }) => ({ tenant }), other: "forbidden" },
  "account.import": {
    roles: RATERS,
    params: ({ tenant }) => ({ tenant, content: "account,name\n1001,Anna\n" }),
    other: "forbidden",
  },
  "account.export": { roles: READERS, params: ({ tenant }) => ({ tenant }), other: "forbidden" },
  "carrier.import": {
    roles: RATERS,
    params: ({ tenant }) => ({ tenant, content: "carrier,name\nalpha,Alpha\n" }),
    other: "forbidden",
  },
  "carrier.export": { roles: READERS, params: ({ tenant }) => ({ tenant }), other: "forbidden" },
  "carrier.set": {
    roles: RATERS,
    params: ({ tenant }) => ({ tenant, carrier: "alpha", name: "Alpha" }),
    other: "forbidden",
  },
  "carrier.get": {
    roles: READERS,
    params: ({ tenant }) => ({ tenant, carrier: "alpha" }),
    other: "forbidden",
  },
  "carrier.list": { roles: READERS, params: ({ tenant }) => ({ tenant }), other: "forbidden" },
  "carrier.remove": {
    roles: RATERS,
    params: ({ tenant }) => ({ tenant, carrier: "alpha" }),
    other: "forbidden",
  },
  "gateway.set": {
    roles: RATERS,
    params: ({ tenant }) => ({ tenant, gateway: "gw", name: "Alpha's" }),
    other: "forbidden",
  },
  "gateway.get": {
    roles: READERS,
    params: ({ tenant }) => ({ tenant, gateway: "gw" }),
    other: "forbidden",
  },
  "gateway.list": { roles: READERS, params: ({ tenant }) => ({ tenant }), other: "forbidden" },
  "gateway.remove": {
    roles: RATERS,
    params: ({ tenant }) => ({ tenant, gateway: "gw" }),
    other: "forbidden",
  },
  "cause.set": { roles: RATERS, params: () => ({ code: 17, name: "Busy" }), other: "every-tenant" },
  "cause.get": { roles: READERS, params: () => ({ code: 17 }), other: "none" },
  "cause.list": { roles: READERS, params: () => ({}), other: "none" },
  "cause.remove": { roles: RATERS, params: () => ({ code: 17 }), other: "every-tenant" },
  "rerate.plan": { params: ofTenant, other: "forbidden" },
  "rerate.show": { params: ({ job }) => ({ job }), other: "not-found" },
  "rerate.lines": { params: ({ job }) => ({ job }), other: "not-found" },
  "rerate.apply": { params: ({ appliedJob: job }) => ({ job }), other: "not-found" },
  "rerate.undo": { params: ({ appliedJob: job }) => ({ job }), other: "not-found" },
  "rerate.cancel": { params: ({ cancelledJob: job }) => ({ job }), other: "not-found" },
  "rerate.list": { params: () => ({}), other: "empty" },
  "rollup.rebuild": { roles: ["admin"], params: () => ({}), other: "every-tenant" },
  "retention.plan": {
    params: ({ tenant }) => ({ olderThanDays: 36_500, tenants: [tenant] }),
    other: "forbidden",
  },
  "retention.apply": { params: () => ({ job: "nobody's" }), other: "settings" },
  "privacy.plan": {
    params: ({ tenant }) => ({ olderThanDays: 36_500, tenants: [tenant], why: "rights" }),
    other: "forbidden",
  },
  "privacy.apply": { params: () => ({ job: "nobody's" }), other: "settings" },
  "privacy.show": { params: () => ({ job: "nobody's" }), other: "settings" },
  "privacy.disclose": {
    params: ({ tenant }) => ({ number: "+441632960961", tenants: [tenant] }),
    other: "forbidden",
  },
  "retention.show": { params: () => ({ job: "nobody's" }), other: "settings" },
  "audit.run": { params: ({ tenant }) => ({ tenants: [tenant] }), other: "forbidden" },
  "call.list": { params: ({ tenant }) => ({ tenants: [tenant] }), other: "empty" },
  "feed.list": { roles: READERS, params: () => ({}), other: "none" },
  "feed.get": { roles: READERS, params: () => ({ name: "master" }), other: "settings" },
  "feed.start": { roles: ["admin"], params: () => ({ name: "master" }), other: "settings" },
  "feed.stop": { roles: ["admin"], params: () => ({ name: "master" }), other: "settings" },
  "export.list": { roles: READERS, params: () => ({}), other: "none" },
  "export.get": { roles: READERS, params: exportOf, other: "not-found" },
  "export.start": { roles: READERS, params: () => ({ columns: ["id"] }), other: "none" },
  "export.copy": {
    roles: READERS,
    params: (things) => ({
      ...{ ...exportOf(things), from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" },
    }),
    other: "not-found",
  },
  "export.cancel": { roles: READERS, params: exportOf, other: "not-found" },
  "export.remove": { roles: READERS, params: exportOf, other: "not-found" },
  "search.save": { roles: READERS, params: () => ({ name: "own" }), other: "none" },
  "search.get": { roles: READERS, params: searchOf, other: "not-found" },
  "search.list": { roles: READERS, params: () => ({}), other: "none" },
  "search.run": { roles: READERS, params: searchOf, other: "not-found" },
  "schedule.set": {
    params: () => ({
      ...{ name: "own", report: "daily", every: "day", at: "06:00" },
      to: [{ folder: "reports" }],
    }),
    other: "none",
  },
  "schedule.get": { params: ({ schedule }) => ({ name: schedule }), other: "not-found" },
  "schedule.list": { params: () => ({}), other: "none" },
  "schedule.run": { params: ({ schedule }) => ({ name: schedule }), other: "not-found" },
  "delivery.list": { params: () => ({}), other: "none" },
  "delivery.resend": { params: ({ delivery }) => ({ delivery }), other: "not-found" },
  "search.remove": { roles: READERS, params: searchOf, other: "not-found" },
  "schedule.remove": { params: ({ schedule }) => ({ name: schedule }), other: "not-found" },
  "notice.preview": { params: noticeOf, other: "forbidden" },
  // The settings have no mail: nothing changes, so that nothing is to be sent.
  "notice.send": {
    params: (things) => ({
      ...noticeOf(things),
      notice: "april",
      receivers: [{ address: "customer@example.com" }],
    }),
    other: "forbidden",
  },
  "mail.test": {
    roles: ["admin"],
    params: () => ({ to: { address: "billing@example.com" } }),
    other: "every-tenant",
  },
  "output.list": { roles: READERS, params: () => ({}), other: "none" },
  "output.get": { roles: READERS, params: () => ({ name: "billing" }), other: "settings" },
  "output.start": { roles: ["admin"], params: () => ({ name: "billing" }), other: "settings" },
  "output.stop": { roles: ["admin"], params: () => ({ name: "billing" }), other: "settings" },
  "feed.queueEvents": {
    roles: READERS,
    params: () => ({ from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" }),
    other: "none",
  },
  // `set` of a name that another tenant has is refused; of the others it is not there.
  "user.set": {
    params: ({ tenant }) => ({ name: `matrix@${tenant}`, roles: ["read"], tenants: [tenant] }),
    other: "forbidden",
  },
  "user.get": { params: ({ tenant }) => ({ name: `kept@${tenant}` }), other: "not-found" },
  "user.list": { params: () => ({}), other: "empty" },
  "user.password": {
    params: ({ tenant }) => ({ name: `kept@${tenant}`, password: "long enough" }),
    other: "not-found",
  },
  "user.remove": { params: ({ tenant }) => ({ name: `gone@${tenant}` }), other: "not-found" },
  "log.find": { params: () => ({}), other: "empty" },
  "token.create": {
    params: ({ tenant }) => ({ name: `made@${tenant}`, roles: ["read"], tenants: [tenant] }),
    other: "forbidden",
  },
  "token.rotate": { params: ({ tenant }) => ({ name: `kept@${tenant}` }), other: "not-found" },
  "token.revoke": { params: ({ tenant }) => ({ name: `gone@${tenant}` }), other: "not-found" },
  "token.list": { params: () => ({}), other: "empty" },
  "session.list": { params: () => ({}), other: "empty" },
  "session.revoke": { params: ({ session: id }) => ({ id }), other: "not-found" },
  "dialect.sniff": { params: () => ({ content: "a;b\n1;2\n" }), other: "none" },
  "dialect.set": { params: () => ({ name: "matrix", dialect: {} }), other: "none" },
  "dialect.get": { params: () => ({ name: "nobody's" }), other: "settings" },
  "dialect.list": { params: () => ({}), other: "empty" },
  "upload.begin": { params: () => ({ hash: "1".repeat(64), bytes: 3 }), other: "none" },
  // An upload is of the credential that sends it.
  "upload.part": {
    params: () => ({ upload: "1".repeat(64), number: 0, base64: "YWJj" }),
    other: "settings",
  },
  "upload.end": { params: () => ({ upload: "1".repeat(64) }), other: "settings" },
  "import.start": {
    params: () => ({ upload: "1".repeat(64), format: "jsonl" }),
    other: "settings",
  },
  "import.get": { params: () => ({ job: "nobody's" }), other: "settings" },
  "import.list": { params: () => ({}), other: "empty" },
  "import.cancel": { params: () => ({ job: "nobody's" }), other: "settings" },
  "batch.list": { params: () => ({}), other: "empty" },
  "batch.get": { params: () => ({ id: "nobody's" }), other: "settings" },
  "batch.reconcile": { params: () => ({ id: "nobody's" }), other: "settings" },
  "batch.rollback": { params: () => ({ id: "nobody's" }), other: "settings" },
  "batch.restore": { params: () => ({ id: "nobody's" }), other: "settings" },
  "job.list": { params: () => ({}), other: "empty" },
  "job.show": { params: ({ job }) => ({ job }), other: "not-found" },
  "job.lines": { params: ({ job }) => ({ job }), other: "not-found" },
  "job.cancel": { params: ({ cancelledJob: job }) => ({ job }), other: "not-found" },
  "suspense.find": { roles: READERS, params: () => ({}), other: "empty" },
  "suspense.get": {
    roles: READERS,
    params: ({ suspense: id }) => ({ id }),
    other: "not-found",
  },
  "suspense.retry": {
    roles: ["ingest", "admin"],
    params: ({ retried: id }) => ({ id, fields: { originId: "healed" } }),
    other: "not-found",
  },
  "suspense.retry that replaces": {
    method: "suspense.retry",
    roles: RATERS,
    params: ({ conflict: id }) => ({ id, conflict: "replace" }),
    other: "not-found",
  },
  "suspense.discard": {
    roles: RATERS,
    params: ({ discarded: id }) => ({ id }),
    other: "not-found",
  },
};
