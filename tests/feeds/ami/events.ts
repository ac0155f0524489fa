// Events Cdr as cdr_manager writes them, of calls on 2026-03-02.

/** The standard fields of one call, in the manager's order. */
export const CALL: Record<string, string> = {
  AccountCode: "1001",
  Source: "201",
  Destination: "34650123456",
  DestinationContext: "out",
  CallerID: '"Ann" <201>',
  Channel: "PJSIP/201-0000000a",
  DestinationChannel: "PJSIP/trunk-0000000b",
  LastApplication: "Dial",
  LastData: "PJSIP/34650123456@trunk,60,gT",
  StartTime: "2026-03-02 10:00:00",
  AnswerTime: "2026-03-02 10:00:05",
  EndTime: "2026-03-02 10:01:40",
  Duration: "100",
  BillableSeconds: "95",
  Disposition: "ANSWERED",
  AMAFlags: "DOCUMENTATION",
  UniqueID: "1772445600.17",
  UserField: "",
};

export interface EventParts {
  changes?: Record<string, string>;
  mapped?: Record<string, string>;
  /** Lines before the first field, and behind the last one. */
  head?: string;
  tail?: string;
}

/** Lines of a message, with their ends. */
function lines(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\r\n`)
    .join("");
}

/** A whole message. */
export function eventText(fields: Record<string, string>): string {
  return `${lines(fields)}\r\n`;
}

/** A whole event. */
export function amiEvent({ changes = {}, mapped = {}, head = "", tail = "" }: EventParts = {}) {
  const first = `Event: Cdr\r\nPrivilege: cdr,all\r\n${head}`;
  return `${first}${lines({ ...CALL, ...changes })}${lines(mapped)}${tail}\r\n`;
}

/** One of many calls. */
export function numberedEvent(call: number, parts: EventParts = {}): string {
  const own = { UniqueID: `1772445600.${call}`, DestinationChannel: `PJSIP/trunk-${call}` };
  return amiEvent({ ...parts, changes: { ...own, ...parts.changes } });
}
