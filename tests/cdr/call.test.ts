import { describe, expect, it } from "vitest";
import { callTimeOf, toCall } from "../../src/cdr/call.ts";
import type { Cdr, PrimaryFields } from "../../src/cdr/cdr.ts";

const moment = (atMs: number) => ({ atMs, offsetMinutes: 60 });
const PRIMARY: PrimaryFields = {
  originId: "1",
  originHost: "h",
  source: "",
  requestType: "*rated",
  direction: "*out",
  tenant: "t",
  category: "call",
  tor: "*voice",
  account: "a",
  subject: "s",
  destination: "d",
  usage: 5000,
};

describe("call time", () => {
  const all = { setupTime: moment(1000), answerTime: moment(2000), endTime: moment(9000) };

  it("is the answer, else the setup, else the end less the usage, else nothing", () => {
    expect(callTimeOf({ ...PRIMARY, ...all })).toEqual(moment(2000));
    expect(callTimeOf({ ...PRIMARY, setupTime: all.setupTime, endTime: all.endTime })).toEqual(
      moment(1000),
    );
    expect(callTimeOf({ ...PRIMARY, endTime: all.endTime })).toEqual(moment(4000));
    expect(callTimeOf({ ...PRIMARY, usage: 0, endTime: all.endTime })).toEqual(moment(9000));
    expect(callTimeOf(PRIMARY)).toBeNull();
  });

  it("of a record that is not time is its end itself", () => {
    expect(callTimeOf({ ...PRIMARY, tor: "*sms", endTime: all.endTime })).toEqual(moment(9000));
  });
});

it("a call has what pricing needs of its record", () => {
  const cdr: Cdr = {
    id: "id",
    tenant: "t",
    source: "default",
    receivedAtMs: 1,
    primary: { ...PRIMARY, supplier: "c", callerNumber: "n", answerTime: moment(2000) },
    extra: {},
    contentHash: "",
    billedSides: "sell",
    ruleSet: "GB",
  };
  expect(toCall(cdr)).toEqual({
    id: "id",
    tenant: "t",
    category: "call",
    tor: "*voice",
    account: "a",
    subject: "s",
    destination: "d",
    callerNumber: "n",
    requestType: "*rated",
    direction: "*out",
    callTime: moment(2000),
    usage: 5000,
    supplier: "c",
    billedSides: "sell",
    ruleSet: "GB",
  });
});
