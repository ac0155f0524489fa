// The maps of tables with a row a call, which switches and their collectors fill.
import type { RowMap } from "./row-format.ts";

/** mod_cdr_sqlite, mod_cdr_pg_csv, mod_odbc_cdr and FusionPBX's v_xml_cdr. */
const FREESWITCH: RowMap = {
  table: "cdr",
  times: ["start_stamp", "start_epoch"],
  hasOwnIds: true,
  fields: {
    originId: "first(uuid, xml_cdr_uuid)",
    originHost: "first(cgr_originhost, local_ip_v4, sip_local_network_addr, switchname)",
    tenant: "cgr_tenant",
    account: "first(cgr_account, user_name, accountcode, account_code)",
    destination: "first(cgr_destination, dialed_extension, destination_number)",
    callerNumber: "caller_id_number",
    callerName: "caller_id_name",
    setupTime: timeOf("start"),
    answerTime: timeOf("answer"),
    endTime: timeOf("end"),
    usage: "first(microseconds(billusec), milliseconds(billmsec), seconds(billsec))",
    duration: "first(microseconds(uduration), milliseconds(mduration), seconds(duration))",
    supplier: "first(cgr_supplier, carrier)",
    disconnectCause: "first(hangup_cause, hangup_cause_q850)",
    trunk: "sip_gateway_name",
    queue: "cc_queue",
    agent: "cc_agent",
    leg: "leg",
    callId: "first(originating_leg_uuid, uuid, xml_cdr_uuid)",
  },
};

/** The most exact that there is; an epoch of 0 is none. */
function timeOf(event: string): string {
  const epochs = ["uepoch", "epoch"].map((unit) => `${event}_${unit}`);
  return `first(${epochs.map((name) => `when(${name}, '0', '', ${name})`).join(", ")}, ${event}_stamp)`;
}

/** The table cdrs that Siremis' procedure makes of acc, CDR-Pusher's collection_cdrs, and acc_cdrs. */
const KAMAILIO: RowMap = {
  table: "cdrs",
  times: ["call_start_time", "start_time"],
  fields: {
    originId:
      "concat(first(sip_call_id, callid), ';', first(sip_from_tag, from_tag), when(first(sip_to_tag, to_tag), '', '', concat(';', first(sip_to_tag, to_tag))))",
    account: "first(account, accountcode, src_username, src_user)",
    callerNumber: "first(caller_id, src_username, src_user)",
    destination: "first(dst_ousername, dst_ouser, dst_username, dst_user)",
    answerTime: "when(first(sip_code, '200'), '200', first(call_start_time, start_time), '')",
    setupTime: "when(first(sip_code, '200'), '200', '', first(call_start_time, start_time))",
    endTime: "end_time",
    usage: "seconds(duration)",
    disconnectCause: "first(sip_code, '200')",
    callId: "first(sip_call_id, callid)",
    supplier: "first(supplier, carrier)",
  },
};

/** accounting.cdr of Sipwise: a forwarded call has a row for each part of its way. */
const SIPWISE: RowMap = {
  table: "cdr",
  times: ["start_time"],
  fields: {
    originId: "id",
    account: "first(when(source_account_id, '0', '', source_account_id), source_user)",
    subject: "source_user",
    callerNumber: "first(source_cli, source_user)",
    destination: "first(destination_user_in, destination_user_dialed, destination_user)",
    setupTime: "epoch(init_time)",
    answerTime: "when(call_status, 'ok', epoch(start_time), '')",
    endTime: "when(call_status, 'ok', epoch(plus(start_time, duration)), '')",
    usage: "when(call_status, 'ok', seconds(duration), '0s')",
    disconnectCause: "first(call_code, call_status)",
    supplier: "first(when(destination_provider_id, '0', '', destination_provider_id))",
    callId: "call_id",
  },
};

/** The table of Yate's cdrbuild and register: a row a leg, written at its beginning and finished at its end. */
const YATE: RowMap = {
  table: "cdr",
  times: ["time"],
  whole: "first(ended, '1')",
  fields: {
    originId: "concat(billid, '/', chan)",
    account: "first(account, username, caller)",
    callerNumber: "caller",
    callerName: "callername",
    destination: "called",
    setupTime: "utc(epoch(time))",
    usage: "seconds(billtime)",
    duration: "seconds(duration)",
    disconnectCause: "first(reason, status)",
    leg: "when(direction, 'incoming', 'a', 'outgoing', 'b')",
    callId: "billid",
  },
};

/** Veraz (Dialogic) ControlSwitch, as its records are loaded into a table: its names and the usual ones. */
const VERAZ: RowMap = {
  table: "cdr",
  times: ["start_time", "starttime", "call_start_time", "setup_time"],
  fields: {
    originId: "first(call_id, callid, session_id, sessionid, record_id, id)",
    originHost: "first(switch, switch_id, node, hostname)",
    account: "first(accountcode, account, ingress_trunk_group, in_trunk_group, ingress_trunk)",
    callerNumber: "first(calling_number, calling_party, callingnumber, ani, caller_id_number)",
    destination: "first(called_number, called_party, callednumber, dnis, destination_number)",
    setupTime: "first(setup_time, setuptime, start_time, starttime, call_start_time)",
    answerTime: "first(answer_time, answertime, connect_time, connecttime)",
    endTime: "first(end_time, endtime, release_time, disconnect_time, disconnecttime)",
    usage:
      "first(milliseconds(duration_ms), seconds(billsec), seconds(duration), seconds(call_duration))",
    disconnectCause: "first(release_cause, disconnect_cause, cause_code, hangup_cause_id, cause)",
    supplier: "first(carrier, supplier, egress_trunk_group, out_trunk_group, egress_trunk)",
  },
};

/** The table that CDR-Pusher, and others, fill for CDR-Stats. */
const CDR_STATS: RowMap = {
  table: "cdr_import",
  times: ["starting_date"],
  fields: {
    originId: "callid",
    originHost: "switch",
    account: "accountcode",
    callerNumber: "caller_id_number",
    callerName: "caller_id_name",
    destination: "destination_number",
    setupTime: "starting_date",
    usage: "seconds(billsec)",
    duration: "seconds(duration)",
    disconnectCause: "first(when(hangup_cause_id, '0', '', hangup_cause_id), hangup_cause)",
    callDirection: "when(direction, '1', 'inbound', '2', 'outbound')",
  },
};

export const ROW_MAPS: Readonly<Record<string, RowMap>> = {
  "freeswitch-cdr": FREESWITCH,
  "kamailio-cdrs": KAMAILIO,
  "sipwise-cdr": SIPWISE,
  "yate-cdr": YATE,
  "veraz-cdr": VERAZ,
  "cdr-stats-import": CDR_STATS,
};
