// Names that columns of foreign tables have, by the field that they are. Compared without case,
// blanks and signs.
import { isDeckName } from "./deck/names.ts";

/** What a table is to be read as. */
export type Target = "cdr" | "deck";

const CDR: Readonly<Record<string, readonly string[]>> = {
  originId: ["originid", "accid", "uuid", "callid", "uniqueid", "callguid", "sessionid", "id"],
  account: ["account", "accountcode", "customer", "accountid", "billingaccount"],
  tenant: ["tenant"],
  subject: ["subject"],
  destination: [
    "destination",
    "dst",
    "destinationnumber",
    "called",
    "callednumber",
    "callee",
    "calledparty",
    "bnumber",
    "callto",
    "to",
    "dialednumber",
    "diallednumber",
    "dnis",
    "dialled",
  ],
  callerNumber: [
    "callernumber",
    "src",
    "calleridnumber",
    "caller",
    "calling",
    "callingnumber",
    "callingparty",
    "anumber",
    "callfrom",
    "from",
    "ani",
    "cli",
    "source",
    "clid",
  ],
  setupTime: [
    "setuptime",
    "start",
    "starttime",
    "startingdate",
    "starttimestamp",
    "startstamp",
    "startdate",
    "calldate",
    "timestart",
    "callstart",
    "callstarttime",
    "datetime",
    "date",
    "time",
  ],
  answerTime: ["answertime", "timeanswer", "answer", "answerstamp", "answered", "connecttime"],
  endTime: ["endtime", "timeend", "end", "endstamp", "disconnecttime", "stoptime", "hanguptime"],
  usage: [
    "usage",
    "billsec",
    "billseconds",
    "billedseconds",
    "billableseconds",
    "talkduration",
    "billedduration",
    "duration",
    "durationsec",
    "durations",
    "seconds",
    "callduration",
    "length",
  ],
  disconnectCause: ["disconnectcause", "hangupcause", "hangupcauseid", "disposition", "cause"],
  supplier: ["supplier", "carrier", "vendor", "terminator"],
};

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** A number and a time must be there. */
export const NEEDED: readonly string[] = ["destination", "setupTime", "usage"];

/** Columns by the field of a CDR that their names say, the likelier first; a column is of one field. */
export function fieldsByName(columns: readonly string[]): Map<string, string[]> {
  const names = columns.map((name) => ({ name, folded: folded(name) }));
  const found = new Map<string, string[]>();
  for (const [field, known] of Object.entries(CDR)) {
    const own = known.flatMap((one) =>
      names.flatMap(({ name, folded: is }) => (is === one ? [name] : [])),
    );
    if (own.length > 0) found.set(field, own);
  }
  return found;
}

/** Whether a cell is the name of some field of the target. */
export function isKnownName(cell: string, target: Target): boolean {
  const own = folded(cell);
  if (target === "deck") return isDeckName(cell);
  return own !== "" && Object.values(CDR).some((known) => known.includes(own));
}
