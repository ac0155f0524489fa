// Tables whose layout is known: what their columns are called, and which field each of them is.
import type { KnownDialect } from "../../tables/dialect.ts";

export interface TableLayout {
  /** What is known of how it is written. */
  dialect: KnownDialect;
  /** Names of the cells of a row, where no header says them; null: no row of this layout. */
  columnsOf?(cells: readonly string[]): readonly string[] | null;
  /** Its own names → primary fields. */
  fields: Readonly<Record<string, string>>;
  /** What else the row says, from its cells by name. */
  also?(cells: ReadonlyMap<string, string>): [string, string][];
  /** Columns that such a field is made of, the first one that says something: for faults. */
  madeOf?: Readonly<Record<string, readonly string[]>>;
}

/** CDR-Stats: its 25 columns, and the 17 fields of its old wizard, by whatever columns are mapped. */
const CDR_STATS: TableLayout = {
  dialect: {},
  fields: {
    callid: "originId",
    uuid: "originId",
    switch: "originHost",
    accountcode: "account",
    caller_id_number: "callerNumber",
    destination_number: "destination",
    starting_date: "setupTime",
    start_uepoch: "setupTime",
    answer_uepoch: "answerTime",
    end_uepoch: "endTime",
    billsec: "usage",
    hangup_cause_id: "disconnectCause",
  },
};

/** The template `example` of mod_cdr_csv. */
const FREESWITCH_COLUMNS = [
  "caller_id_name",
  "caller_id_number",
  "destination_number",
  "context",
  "start_stamp",
  "answer_stamp",
  "end_stamp",
  "duration",
  "billsec",
  "hangup_cause",
  "uuid",
  "bleg_uuid",
  "accountcode",
  "read_codec",
  "write_codec",
];

const FREESWITCH: TableLayout = {
  dialect: { header: false, quoting: "lazy" },
  columnsOf: (cells) => {
    const columns = FREESWITCH_COLUMNS.slice(0, cells.length);
    return cells.length >= 13 && cells.length <= FREESWITCH_COLUMNS.length ? columns : null;
  },
  fields: {
    uuid: "originId",
    accountcode: "account",
    caller_id_number: "callerNumber",
    destination_number: "destination",
    start_stamp: "setupTime",
    answer_stamp: "answerTime",
    end_stamp: "endTime",
    billsec: "usage",
    hangup_cause: "disconnectCause",
  },
};

const OPENSIPS_COLUMNS = [
  "method",
  "from_tag",
  "to_tag",
  "callid",
  "sip_code",
  "sip_reason",
  "time",
];
/** What an answered call has at its end, in the order of the module. */
const OPENSIPS_CDR = ["setuptime", "created", "duration", "ms_duration"];

/** acc of OpenSIPS through db_flatstore: a failed call is shorter, and no less a call. */
const OPENSIPS: TableLayout = {
  dialect: { header: false, quoting: "none", ragged: "fill" },
  columnsOf(cells) {
    if (cells.length < OPENSIPS_COLUMNS.length || !/^[A-Z]{2,10}$/.test(cells[0] ?? ""))
      return null;
    const beyond = cells.length - OPENSIPS_COLUMNS.length;
    const isCdr = beyond >= OPENSIPS_CDR.length && isMilliseconds(cells);
    const own = beyond - (isCdr ? OPENSIPS_CDR.length : 0);
    const extra = Array.from({ length: own }, (_none, index) => `extra${index + 1}`);
    return [...OPENSIPS_COLUMNS, ...extra, ...(isCdr ? OPENSIPS_CDR : [])];
  },
  // Seconds are no time of the set-up, which else would be read from a column of that name.
  fields: { from_tag: "originHost", sip_code: "disconnectCause", setuptime: "setupSeconds" },
  also(cells) {
    const value = (name: string) => cells.get(name) ?? "";
    const milliseconds = value("ms_duration");
    return [
      ["originId", [value("callid"), value("to_tag")].filter((part) => part !== "").join(";")],
      ["setupTime", value("created") === "" ? value("time") : value("created")],
      ["answerTime", answerOf(value("created"), value("setuptime")) ?? ""],
      ["usage", milliseconds === "" ? "0s" : `${milliseconds}ms`],
    ];
  },
  madeOf: {
    originId: ["callid"],
    setupTime: ["created", "time"],
    answerTime: ["created"],
    usage: ["ms_duration"],
  },
};

/** The last cell counts milliseconds of the seconds before it. */
function isMilliseconds(cells: readonly string[]): boolean {
  const [seconds = "", milliseconds = ""] = cells.slice(-2);
  if (!/^\d{1,10}$/.test(seconds) || !/^\d{1,13}$/.test(milliseconds)) return false;
  return Math.abs(Number(milliseconds) / 1000 - Number(seconds)) <= 1;
}

/** `created` is when the dialog began, `setuptime` the seconds from then to the answer. */
function answerOf(created: string, setup: string): string | null {
  if (!/^\d{10}$/.test(created) || !/^\d{1,6}$/.test(setup)) return null;
  return String(Number(created) + Number(setup));
}

const THREE_CX_COLUMNS = [
  "historyid",
  "callid",
  "duration",
  "time-start",
  "time-answered",
  "time-end",
  "reason-terminated",
  "from-no",
  "to-no",
  "from-dn",
  "to-dn",
  "dial-no",
  "reason-changed",
  "final-number",
  "final-dn",
  "bill-code",
  "bill-rate",
  "bill-cost",
  "bill-name",
  "chain",
];

const THREE_CX: TableLayout = {
  dialect: { header: false, quoting: "lazy", delimiter: "," },
  columnsOf: (cells) => (cells.length === THREE_CX_COLUMNS.length ? THREE_CX_COLUMNS : null),
  fields: {
    callid: "originId",
    "time-start": "setupTime",
    "time-answered": "answerTime",
    "time-end": "endTime",
    "from-no": "callerNumber",
    "dial-no": "destination",
    "from-dn": "account",
    "reason-terminated": "disconnectCause",
  },
  also: (cells) => [
    ["usage", (cells.get("time-answered") ?? "") === "" ? "0s" : (cells.get("duration") ?? "")],
  ],
  madeOf: { usage: ["duration"] },
};

/** By the name of the format that `import` takes; `csv` is any table by its dialect. */
export const TABLE_LAYOUTS: Readonly<Record<string, TableLayout>> = {
  csv: { dialect: {}, fields: {} },
  "cdr-stats-csv": CDR_STATS,
  "freeswitch-csv": FREESWITCH,
  "opensips-flatstore": OPENSIPS,
  "3cx-csv": THREE_CX,
};
