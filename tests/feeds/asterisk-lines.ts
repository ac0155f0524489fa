// Lines as cdr_csv writes them, of calls on 2026-03-02.

export interface LineOptions {
  /** Makes the unique id. */
  call: number;
  account?: string;
  billsec?: number | string;
  userfield?: string;
}

/** A whole line of Master.csv with unique id and user field. */
export function masterLine({ call, account = "1001", ...rest }: LineOptions): string {
  const { billsec = 60, userfield = "" } = rest;
  const times = '"2026-03-02 10:00:00","2026-03-02 10:00:05","2026-03-02 10:01:05"';
  return `"${account}","201","34650123456","out","""Ann"" <201>","PJSIP/201-${call}","PJSIP/trunk-${call}","Dial","PJSIP/34650123456@trunk,60",${times},65,${billsec},"ANSWERED","DOCUMENTATION","1772445600.${call}","${userfield}"\n`;
}
