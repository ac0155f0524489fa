// Compares what the senders were told with what is stored.
import type { Report } from "./report.ts";
import { callRpc } from "./requests.ts";
import type { Traffic } from "./switches.ts";

async function* allOf(url: string, method: string, list: string, headers = {}) {
  let cursor: string | undefined;
  do {
    const params = { limit: 1000, ...(cursor === undefined ? {} : { cursor }) };
    const page = await callRpc(url, method, params, headers);
    yield* page[list];
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** Everything answered 2xx is there, each CDR once; the audit finds no fault. */
export async function compareStored(
  url: string,
  traffic: Traffic,
  { facts, broken }: Report,
  headers = {},
): Promise<void> {
  const counts = new Map<string, number>();
  for await (const { primary } of allOf(url, "cdr.find", "cdrs", headers)) {
    counts.set(primary.originId, (counts.get(primary.originId) ?? 0) + 1);
  }
  const suspended = new Set<string>();
  for await (const { id } of allOf(url, "suspense.find", "records", headers)) suspended.add(id);
  const lost = [
    ...[...traffic.cdrs].filter((originId) => !counts.has(originId)),
    ...[...traffic.suspended].filter((id) => !suspended.has(id)),
  ];
  const twice = [...counts].filter(([, count]) => count > 1).map(([originId]) => originId);
  if (lost.length > 0) broken.push(`${lost.length} acknowledged records are lost: ${lost[0]} …`);
  if (twice.length > 0) broken.push(`${twice.length} CDRs are there twice: ${twice[0]} …`);
  for (const answer of traffic.unexpected.slice(0, 5)) broken.push(`answered ${answer}`);
  const { checks } = await callRpc(url, "audit.run", {}, headers);
  for (const { name, ok, detail } of checks) {
    if (ok === false) broken.push(`audit: ${name}: ${detail}`);
  }
  Object.assign(facts, {
    acknowledged: traffic.acknowledged(),
    lost: lost.length,
    twice: twice.length,
    answers: [...traffic.statuses].map(([status, count]) => `${status}×${count}`).join(" "),
  });
}
