// What each method answers to who sees a part of a tenant only: every method has a row.
import { GROUP_REPORTS, type GroupReport } from "../../src/reports/groups.ts";

/** Things of the tenant, and which of them are of the account. */
export interface PartThings {
  /** A CDR of the account, and one of another account. */
  own: string;
  theirs: string;
  suspense: string;
  job: string;
  /** Number of a closed period of the account. */
  closed: string;
  version: string;
}

export interface PartRow {
  params(things: PartThings): Record<string, unknown>;
  /**
   * `own`: what is of the account, without its buy side; `forbidden`: it tells of many accounts or
   * of both sides; `absent`: it is not there for this caller.
   */
  answer: "own" | "forbidden" | "absent";
}

const CALL = {
  tenant: "own.example",
  account: "mine",
  destination: "34650123456",
  answerTime: "2026-03-02T09:00:00Z",
  usage: 60,
};
const own = (params: PartRow["params"]): PartRow => ({ params, answer: "own" });
const forbidden = (params: PartRow["params"]): PartRow => ({ params, answer: "forbidden" });
const absent = (params: PartRow["params"]): PartRow => ({ params, answer: "absent" });
const job = ({ job: id }: PartThings) => ({ job: id });
const record = ({ suspense: id }: PartThings) => ({ id });

/** By what a customer does not see. */
const HIDDEN_REPORTS = ["sources", "directions"];

export const PART_ROWS: Record<string, PartRow> = {
  "system.status": own(() => ({})),
  "system.diagnose": forbidden(() => ({})),
  "cdr.process": forbidden(() => ({ cdr: { ...CALL, originId: "part-1" } })),
  "cdr.processMany": forbidden(() => ({ cdrs: [{ ...CALL, originId: "part-2" }], batch: "b" })),
  "cdr.get": own(({ own: id }) => ({ id })),
  "cdr.find": own(() => ({})),
  "cdr.search": own(() => ({
    ...{ texts: ["650"], from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" },
  })),
  "cdr.changes": own(() => ({})),
  "cdr.count": own(() => ({})),
  "cdr.summarize": own(() => ({
    groupBy: ["account", "destination", "prefix", "plan", "outcome", "day"],
  })),
  "report.concurrent": own(() => ({
    from: "2026-03-02T00:00:00Z",
    to: "2026-03-03T00:00:00Z",
  })),
  "report.queues": forbidden(() => ({
    ...{ from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" },
    ...{ basis: "cdrs", everyCall: true },
  })),
  "report.agents": forbidden(() => ({
    ...{ from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z", basis: "cdrs" },
  })),
  "report.statement": own(() => ({ account: "mine", period: "2026-03" })),
  "period.close": forbidden(() => ({ account: "mine", period: "2026-02", dryRun: true })),
  "period.correct": forbidden(() => ({ number: "1" })),
  "period.list": own(() => ({})),
  "period.get": own(({ closed: number }) => ({ number })),
  "period.lines": own(({ closed: number }) => ({ number })),
  "report.traffic": own(() => ({ by: "day" })),
  ...Object.fromEntries(
    GROUP_REPORTS.map((report: GroupReport): [string, PartRow] => [
      `report.${report.name}`,
      report.tellsOfBuy === true || HIDDEN_REPORTS.includes(report.name)
        ? forbidden(() => ({}))
        : own(() => ({})),
    ]),
  ),
  "cdr.export": own(() => ({})),
  "cdr.explain": own(({ own: id }) => ({ id })),
  "cdr.correct": forbidden(({ own: id }) => ({ id, fields: { supplier: "SecretCarrier" } })),
  "cdr.void": forbidden(({ own: id }) => ({ id, reason: "test" })),
  "rating.price": own(() => ({ ...CALL, trace: true })),
  "rates.find": own(() => ({ tenant: "own.example", account: "mine" })),
  "rating.routes": forbidden(() => CALL),
  "number.normalize": own(() => ({
    number: "34650123456",
    tenant: "own.example",
    account: "mine",
  })),
  "tariff.check": forbidden(() => ({ files: { "tariff.yaml": "tenant: own.example\n" } })),
  "tariff.load": forbidden(() => ({ files: { "tariff.yaml": "tenant: own.example\n" } })),
  "tariff.list": forbidden(() => ({})),
  "tariff.get": forbidden(({ version }) => ({ version })),
  "tariff.replaceDeck": forbidden(({ version }) => ({
    version,
    plan: "standard",
    content: "prefix,rate\n34,0.2\n",
  })),
  "tariff.markup": forbidden(({ version }) => ({
    version,
    plan: "standard",
    rule: { of: ["secretPlan"] },
  })),
  "tariff.export": forbidden(({ version }) => ({ version, plan: "secretPlan" })),
  "tariff.edit": forbidden(({ version }) => ({
    version,
    plan: "standard",
    rate: { prefix: "34" },
    set: { rate: "0.2" },
    reason: "test",
  })),
  "tariff.diff": forbidden(({ version }) => ({ from: version, to: version })),
  "tariff.activate": forbidden(({ version }) => ({ version })),
  "tariff.rollback": forbidden(() => ({ tenant: "own.example" })),
  "tariff.backtest": forbidden(({ version }) => ({ version })),
  "tariff.compare": forbidden(({ version }) => ({
    before: { version },
    after: { version },
    calls: [CALL],
  })),
  "account.set": forbidden(() => ({ tenant: "own.example", account: "mine", voipPlan: "gold" })),
  "account.remove": forbidden(() => ({ tenant: "own.example", account: "mine" })),
  "account.get": own(() => ({ tenant: "own.example", account: "mine" })),
  "account.find": own(() => ({})),
  "account.list": own(() => ({})),
  "account.import": forbidden(() => ({ tenant: "own.example", content: "account,name\n1,x\n" })),
  "account.export": forbidden(() => ({ tenant: "own.example" })),
  "carrier.import": forbidden(() => ({ tenant: "own.example", content: "carrier,name\n1,x\n" })),
  "carrier.export": forbidden(() => ({ tenant: "own.example" })),
  "carrier.set": forbidden(() => ({ tenant: "own.example", carrier: "alpha", name: "Alpha" })),
  "carrier.get": forbidden(() => ({ tenant: "own.example", carrier: "alpha" })),
  "carrier.list": forbidden(() => ({})),
  "carrier.remove": forbidden(() => ({ tenant: "own.example", carrier: "alpha" })),
  "gateway.set": forbidden(() => ({ tenant: "own.example", gateway: "gw", name: "Alpha's" })),
  "gateway.get": forbidden(() => ({ tenant: "own.example", gateway: "gw" })),
  "gateway.list": forbidden(() => ({})),
  "gateway.remove": forbidden(() => ({ tenant: "own.example", gateway: "gw" })),
  "cause.set": forbidden(() => ({ code: 17, name: "Busy" })),
  "cause.get": own(() => ({ code: 17 })),
  "cause.list": own(() => ({})),
  "cause.remove": forbidden(() => ({ code: 17 })),
  "rerate.plan": forbidden(() => ({})),
  "rerate.show": forbidden(job),
  "rerate.lines": forbidden(job),
  "rerate.apply": forbidden(job),
  "rerate.undo": forbidden(job),
  "rerate.cancel": forbidden(job),
  "rerate.list": forbidden(() => ({})),
  "rollup.rebuild": forbidden(() => ({})),
  "retention.plan": forbidden(() => ({ olderThanDays: 400 })),
  "retention.apply": absent(() => ({ job: "nobody's" })),
  "privacy.plan": forbidden(() => ({ olderThanDays: 400, why: "parts" })),
  "privacy.apply": absent(() => ({ job: "nobody's" })),
  "privacy.show": absent(() => ({ job: "nobody's" })),
  "privacy.disclose": forbidden(() => ({ number: "+441632960961" })),
  "retention.show": absent(() => ({ job: "nobody's" })),
  "audit.run": forbidden(() => ({})),
  "call.list": own(() => ({})),
  "feed.list": own(() => ({})),
  "feed.get": absent(() => ({ name: "master" })),
  "feed.queueEvents": own(() => ({
    from: "2026-03-02T00:00:00Z",
    to: "2026-03-03T00:00:00Z",
  })),
  "feed.start": absent(() => ({ name: "master" })),
  "feed.stop": absent(() => ({ name: "master" })),
  "export.start": own(() => ({ columns: ["id"] })),
  "export.list": own(() => ({})),
  ...Object.fromEntries(
    ["export.get", "export.cancel", "export.remove"].map((name) => [
      name,
      absent(() => ({ id: "nobodys" })),
    ]),
  ),
  "export.copy": absent(() => ({
    ...{ id: "nobodys", from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" },
  })),
  // Of whoever saved it: the same caller, before these.
  "search.save": own(() => ({ name: "part", columns: ["id"] })),
  "search.get": own(() => ({ name: "part" })),
  "search.list": own(() => ({})),
  "search.run": own(() => ({ name: "part" })),
  "search.remove": own(() => ({ name: "part" })),
  "schedule.set": own(() => ({
    ...{ name: "part", report: "daily", every: "day", at: "06:00" },
    to: [{ folder: "reports" }],
  })),
  "schedule.get": absent(() => ({ name: "whole" })),
  "schedule.list": own(() => ({})),
  "schedule.run": absent(() => ({ name: "whole" })),
  "delivery.list": own(() => ({})),
  "delivery.resend": absent(() => ({ delivery: "nothing" })),
  "notice.preview": forbidden(({ version: to }) => ({
    ...{ tenant: "own.example", account: "mine", from: to, to, start: "2026-04-01T00:00:00Z" },
  })),
  "notice.send": forbidden(({ version: to }) => ({
    ...{ tenant: "own.example", account: "mine", from: to, to, start: "2026-04-01T00:00:00Z" },
    ...{ notice: "april", receivers: [{ address: "customer@example.com" }] },
  })),
  "schedule.remove": absent(() => ({ name: "whole" })),
  "mail.test": forbidden(() => ({ to: { address: "billing@example.com" } })),
  "output.list": own(() => ({})),
  "output.get": absent(() => ({ name: "billing" })),
  "output.start": absent(() => ({ name: "billing" })),
  "output.stop": absent(() => ({ name: "billing" })),
  "user.set": forbidden(() => ({ name: "p", roles: ["read"], tenants: ["own.example"] })),
  "user.get": forbidden(() => ({ name: "p" })),
  "user.list": forbidden(() => ({})),
  "user.password": forbidden(() => ({ name: "p", password: "long enough" })),
  "user.remove": forbidden(() => ({ name: "p" })),
  "log.find": forbidden(() => ({})),
  "token.create": forbidden(() => ({ name: "p", roles: ["read"], tenants: ["own.example"] })),
  "token.rotate": forbidden(() => ({ name: "p" })),
  "token.revoke": forbidden(() => ({ name: "p" })),
  "token.list": forbidden(() => ({})),
  "session.list": forbidden(() => ({})),
  "session.revoke": forbidden(() => ({ id: "0".repeat(64) })),
  "dialect.sniff": own(() => ({ content: "a;b\n1;2\n" })),
  "dialect.set": forbidden(() => ({ name: "part", dialect: {} })),
  "dialect.get": absent(() => ({ name: "nobody's" })),
  "dialect.list": own(() => ({})),
  // An upload is of the credential that sends it.
  "upload.begin": own(() => ({ hash: "1".repeat(64), bytes: 3 })),
  "upload.part": absent(() => ({ upload: "2".repeat(64), number: 0, base64: "YWJj" })),
  "upload.end": absent(() => ({ upload: "2".repeat(64) })),
  // It has no upload; with one it is forbidden.
  "import.start": absent(() => ({ upload: "1".repeat(64), format: "jsonl" })),
  "import.get": absent(() => ({ job: "nobody's" })),
  "import.list": own(() => ({})),
  "import.cancel": absent(() => ({ job: "nobody's" })),
  "batch.list": own(() => ({})),
  "batch.get": absent(() => ({ id: "nobody's" })),
  "batch.reconcile": absent(() => ({ id: "nobody's" })),
  "batch.rollback": absent(() => ({ id: "nobody's" })),
  "batch.restore": absent(() => ({ id: "nobody's" })),
  "job.list": own(() => ({})),
  "job.show": absent(job),
  "job.lines": absent(job),
  "job.cancel": absent(job),
  "suspense.find": forbidden(() => ({})),
  "suspense.get": forbidden(record),
  "suspense.retry": forbidden(record),
  "suspense.discard": forbidden(record),
};
