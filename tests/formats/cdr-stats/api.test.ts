// Goal: what clients of CDR-Stats 2 post is the call that it says, as a form and as JSON. Method: the
// fields of its documentation with values of our own, through mediation.
import { describe, expect, it } from "vitest";
import { CDR_STATS_API } from "../../../src/formats/cdr-stats/api.ts";
import { mediate } from "../../../src/mediation/mediate.ts";
import { sourceSettings } from "../../../src/mediation/source-settings.ts";

const CALL = {
  switch_id: "1",
  caller_id_number: "12345",
  caller_id_name: "Ann",
  destination_number: "34650123456",
  duration: "12",
  billsec: "10",
  hangup_cause_q850: "16",
  accountcode: "1000",
  direction: "2",
  uuid: "e8fee8f6-40dd-11e1-964f-000c296bd875",
  remote_media_ip: "192.0.2.7",
  start_uepoch: "1772442000000000",
  answer_uepoch: "1772442002000000",
  end_uepoch: "1772442012400000",
  mduration: "12400",
  billmsec: "10400",
  read_codec: "G711",
  write_codec: "G711",
  cdr_type: "1",
};

const read = (body: string, contentType: string | null = null) =>
  CDR_STATS_API.read({ body: Buffer.from(body), query: "", contentType });

describe("the call that a client of CDR-Stats 2 posts", () => {
  it.each([
    ["a form", new URLSearchParams(CALL).toString(), "application/x-www-form-urlencoded"],
    ["JSON", JSON.stringify(CALL), "application/json"],
    [
      "JSON with numbers",
      JSON.stringify({ ...CALL, billmsec: 10_400, billsec: 10, direction: 2 }),
      null,
    ],
  ])("is read as %s", (_what, body, contentType) => {
    const result = read(body, contentType);
    if (!result.ok) throw new Error(result.detail);
    const source = sourceSettings.parse({ name: "stats" });
    const found = mediate(result.raw, source, Date.parse("2026-03-03T00:00:00Z"));
    if (!found.ok) throw new Error(found.detail);
    expect(found.cdr.primary).toMatchObject({
      originId: CALL.uuid,
      originHost: "1",
      account: "1000",
      callerNumber: "12345",
      callerName: "Ann",
      destination: "34650123456",
      usage: 10_400,
      durationMs: 12_000,
      disconnectCause: "16",
      callDirection: "outbound",
      direction: "*out",
      setupTime: { atMs: 1_772_442_000_000 },
      answerTime: { atMs: 1_772_442_002_000 },
      endTime: { atMs: 1_772_442_012_400 },
    });
    expect(found.cdr.extra).toMatchObject({ read_codec: "G711", cdr_type: expect.anything() });
  });

  it("that is none says why", () => {
    expect(read("{")).toMatchObject({ ok: false, reason: "broken-json" });
    expect(read("[1]")).toMatchObject({ ok: false, reason: "broken-form" });
    expect(read("")).toMatchObject({ ok: false, reason: "not-a-cdr" });
  });
});
