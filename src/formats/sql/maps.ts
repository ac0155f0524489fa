// The maps that are ready: tables that switches and their collectors fill, each with a row a call.
import type { Format } from "../format.ts";
import { ASTERISK_CDR } from "./asterisk-cdr.ts";
import { OWN_ROW } from "./own-row.ts";
import { type RowMap, rowFormat } from "./row-format.ts";

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
    setupTime:
      "first(when(start_uepoch, '0', '', start_uepoch), when(start_epoch, '0', '', start_epoch), start_stamp)",
    answerTime:
      "first(when(answer_uepoch, '0', '', answer_uepoch), when(answer_epoch, '0', '', answer_epoch), answer_stamp)",
    endTime:
      "first(when(end_uepoch, '0', '', end_uepoch), when(end_epoch, '0', '', end_epoch), end_stamp)",
    usage: "first(microseconds(billusec), milliseconds(billmsec), seconds(billsec))",
    duration: "first(microseconds(uduration), milliseconds(mduration), seconds(duration))",
    supplier: "first(cgr_supplier, carrier)",
    disconnectCause: "first(hangup_cause, hangup_cause_q850)",
    trunk: "sip_gateway_name",
    queue: "cc_queue",
    agent: "cc_agent",
    leg: "leg",
    callId: "first(originating_leg_uuid, uuid)",
  },
};

/** By the name that `map` of a feed takes, which is the name of the format too. */
export const ROW_MAPS: Readonly<Record<string, RowMap>> = {
  "freeswitch-cdr": FREESWITCH,
};

/** What a feed must know of a map to read its table. */
export interface TableMap {
  table: string;
  times: readonly string[];
  whole?: string | undefined;
}

export const TABLE_MAPS: Readonly<Record<string, TableMap>> = {
  "asterisk-cdr": { table: "cdr", times: ["calldate", "start", "end"] },
  ...ROW_MAPS,
};

/** The formats of their rows, which have their names. */
export const SQL_FORMATS: Readonly<Record<string, Format>> = {
  "asterisk-cdr": ASTERISK_CDR,
  "sql-row": OWN_ROW,
  ...Object.fromEntries(Object.entries(ROW_MAPS).map(([name, map]) => [name, rowFormat(map)])),
};
