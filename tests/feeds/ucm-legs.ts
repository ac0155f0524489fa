// Records as a UCM makes them, each of a call of its own.

/** An answered call of 60 s by extension 1001 over a trunk, on 2 March 2026 from ten o'clock on. */
export function ucmLeg(call: number, changes: object = {}): Record<string, unknown> {
  const at = (seconds: number) =>
    new Date(Date.UTC(2026, 2, 2, 10, 0, seconds)).toISOString().replace("T", " ").slice(0, 19);
  const second = call % 3600;
  return {
    AcctId: String(call),
    accountcode: "",
    src: "1001",
    dst: "34650123456",
    clid: '"Ann" <1001>',
    channel: `PJSIP/1001-${call.toString(16).padStart(8, "0")}`,
    dstchannel: `PJSIP/trunk_1-${call.toString(16).padStart(8, "0")}`,
    lastapp: "Dial",
    lastdata: "PJSIP/34650123456@trunk_1,60,i",
    start: at(second),
    answer: at(second + 5),
    end: at(second + 65),
    duration: "65",
    billsec: "60",
    disposition: "ANSWERED",
    amaflags: "DOCUMENTATION",
    uniqueid: `1772445600.${call}`,
    userfield: "Outbound",
    session: `1772445600000${call}-1001`,
    src_trunk_name: "",
    dst_trunk_name: "Alpha",
    sn: "20EZ0000000001",
    ...changes,
  };
}
