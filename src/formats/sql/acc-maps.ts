// The columns of acc tables: those of the module itself, and those that its recipes add.
import type { AccMap } from "./acc.ts";
import type { MapTexts } from "./map.ts";

/** What configurations write into further columns, by the names that they give them. */
const PARTIES: MapTexts = {
  account: "first(account, cgr_account, accountcode, auth_user, src_user, from_user, caller_id)",
  callerNumber: "first(caller_id, cli, src_user, from_user)",
  callerName: "first(caller_name, from_name)",
  destination: "first(cgr_destination, dst_ouser, dst_user, callee_id, to_user)",
  subject: "cgr_subject",
  tenant: "first(tenant, cgr_tenant)",
  supplier: "first(supplier, carrier, cgr_supplier)",
  trunk: "first(trunk, gateway, gw)",
  disconnectCause: "sip_code",
  callId: "callid",
};

/** An id of a dialog is its Call-ID with both tags: attempts of one call differ in the second one. */
const KAMAILIO_ID = "concat(callid, ';', from_tag, when(to_tag, '', '', concat(';', to_tag)))";

export const ACC_MAPS: Readonly<Record<string, AccMap>> = {
  /** acc and missed_calls of Kamailio. */
  "kamailio-acc": { fields: { ...PARTIES, originId: KAMAILIO_ID, setupTime: "time" } },
  /** acc of OpenSIPS: with the flag `cdr` a row has the whole call, `time` is that of its answer then. */
  "opensips-acc": {
    wholeBy: "created",
    fields: {
      ...PARTIES,
      originId: "concat(callid, when(to_tag, '', '', concat(';', to_tag)))",
      originHost: "from_tag",
      setupTime: "first(created, time)",
      answerTime: "time",
      usage: "first(milliseconds(ms_duration), seconds(duration))",
    },
  },
};
