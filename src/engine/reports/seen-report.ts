// Which reports there are for whom.
import { requireSeesBuy } from "../../access/buy-side.ts";
import { requireNoCustomer, type Scope, seenBy } from "../../access/scope.ts";
import { seenKeys } from "../../access/views.ts";
import { GROUP_REPORTS, type GroupReport, type GroupReportName } from "../../reports/groups.ts";

const BY_NAME: ReadonlyMap<string, GroupReport> = new Map(
  GROUP_REPORTS.map((report) => [report.name, report]),
);

/**
 * A report by a key. @throws `forbidden` where it tells of the buy side, or is by a key, that the scope
 * does not see
 */
export function seenReport(name: GroupReportName, scope: Scope): GroupReport {
  const report = BY_NAME.get(name);
  if (report === undefined) throw new RangeError(`${name} is no report`);
  if (report.tellsOfBuy === true) requireSeesBuy(scope);
  if (seenKeys(seenBy(scope), report.keys).length < report.keys.length) requireNoCustomer(scope);
  return report;
}
