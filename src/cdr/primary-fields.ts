// The primary fields of a call record and the spellings that forms, RPC and imports may use.

/** In the order of preference: where several spellings of a field are sent, the first here wins. */
export const FIELD_SPELLINGS = {
  originId: ["originId", "accid", "uuid"],
  originHost: ["originHost", "cdrhost"],
  source: ["source", "cdrsource"],
  requestType: ["requestType", "reqtype"],
  direction: ["direction"],
  tenant: ["tenant"],
  category: ["category"],
  tor: ["tor"],
  account: ["account"],
  subject: ["subject"],
  destination: ["destination"],
  setupTime: ["setupTime", "setup_time"],
  answerTime: ["answerTime", "answer_time", "time_answer"],
  endTime: ["endTime", "end_time", "time_end"],
  usage: ["usage", "billsec", "duration"],
  pdd: ["pdd"],
  supplier: ["supplier", "carrier"],
  disconnectCause: ["disconnectCause", "disconnect_cause"],
  callerNumber: ["callerNumber"],
} as const satisfies Record<string, readonly string[]>;

export type PrimaryFieldName = keyof typeof FIELD_SPELLINGS;

/**
 * Fields that describe a call and price nothing. They are read beside the others: the field that one
 * is read from stays an extra field, so that the content of a record is what it was without them.
 */
export const DESCRIPTIVE_SPELLINGS = {
  callDirection: ["callDirection"],
  callerName: ["callerName"],
  queue: ["queue"],
  agent: ["agent"],
  trunk: ["trunk"],
  /** Only where another field is the usage. */
  duration: ["duration"],
} as const satisfies Record<string, readonly string[]>;

export type DescriptiveFieldName = keyof typeof DESCRIPTIVE_SPELLINGS;

export const EXTRACTOR_NAMES = ["sip-user", "tel"] as const;
export type ExtractorName = (typeof EXTRACTOR_NAMES)[number];

/** A named part of a text, or what the one group of a regular expression holds. */
export type Extractor = ExtractorName | { pattern: string };

/** A field by its name, or a part of it. */
export type FieldSource = string | { from: string; extract: Extractor };

/** A changed map of a source: what replaces a field's own list, best first. */
export type FieldMap = {
  [field in PrimaryFieldName | DescriptiveFieldName]?: readonly FieldSource[] | undefined;
};

export const PRIMARY_FIELD_NAMES = Object.keys(FIELD_SPELLINGS) as PrimaryFieldName[];
export const DESCRIPTIVE_FIELD_NAMES = Object.keys(DESCRIPTIVE_SPELLINGS) as DescriptiveFieldName[];
