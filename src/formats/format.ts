// A format reads the bytes of one post into a raw CDR; one format a file, named in formats.ts.
import type { CallDirection, CdrWarning, Leg } from "../cdr/cdr.ts";
import type { Json, JsonObject } from "../cdr/json.ts";
import type { FieldMap, PrimaryFieldName } from "../cdr/primary-fields.ts";
import type { Reason } from "../cdr/reasons.ts";
import type { CellPlace } from "../tables/quoted-cells.ts";

/** One way in which a sender states how long a call was. */
export interface StatedLength {
  /** Of the field, for faults. */
  name: string;
  /** A length with its unit. */
  text: string;
  /** How exact it is: whole seconds may be almost 1000 off. */
  resolutionMs: number;
  /** The time between two instants: a usage may be shorter, never longer. */
  isElapsed: boolean;
}

/** What a sender said, decoded but not yet understood. */
export interface RawCdr {
  /** Primary fields under their canonical names (values as sent), already chosen among spellings. */
  primary: Record<string, Json>;
  /** All else, with its type. */
  extra: Record<string, Json>;
  /**
   * What describes the call, by the names of `DESCRIPTIVE_SPELLINGS`; `callerNumber` counts where no
   * primary field says it. What it was read from stays where it was: the content is hashed without it.
   */
  descriptive?: Record<string, Json>;
  /** Names that primary fields were sent under, in lower case, where they are others. */
  sentNames?: ReadonlyMap<string, PrimaryFieldName>;
  leg?: Leg;
  callId?: string;
  /** The cost that the record has a place for; no part of what it is known by. */
  sentCost?: number;
  /** A usage in nanoseconds that is no whole number of milliseconds. */
  sentUsageNs?: number;
  /** A broken record that was read in part, for a retry with corrected fields: why it is broken. */
  partial?: { reason: Reason; detail: string };
  /** Everything else that the sender says of the call's length, to hold the usage against. */
  lengths?: StatedLength[];
  /** Of a sender without ids of its own: what an id is made of, where no originId was sent. */
  identity?: {
    parts: readonly string[];
    /** What is too long for an id: its hash is the first part. */
    hashed?: string;
    /** The instant of the setup is the last part. */
    hasSetupTime: boolean;
  };
  /** Nothing says when it was answered but that it was: at its end less its usage. */
  isAnsweredBeforeEnd?: boolean;
  /** By the way it went: what is billed of a sender that says so, unless its source says otherwise. */
  ratedDirections?: readonly CallDirection[];
  /** What is doubtful about it and is kept with the CDR. */
  doubts?: CdrWarning[];
  /** Repairs and oddities met while reading; kept in the log, never in the CDR. */
  warnings: string[];
}

/** What the settings of a source say of its records that a format must know to read them. */
export interface RecordRules {
  /** Name of the source. */
  source: string;
  /** What an id is made of, where the sender has none. */
  identity: "channel" | "sequence";
  /** What says whether a call was answered, where its usage and its disposition differ. */
  answered: "billsec" | "disposition";
  /** Names of the columns, in lower case. */
  columns?: readonly string[] | undefined;
  /** Patterns of the channels that are trunks: the one group is the trunk's name. */
  trunks?: readonly string[] | undefined;
  /** Names of the fields that a live event may carry beside the switch's own, in lower case. */
  mapped?: readonly string[] | undefined;
  /** What the sender is called where a record does not name it; absent: as the source. */
  host?: string | undefined;
}

/** One of the records of a body that may hold several. */
export interface RecordPiece {
  bytes: Uint8Array;
  /** Name of the format that reads it. */
  format: string;
  /** The byte of the body that it begins at, where it is known. */
  at?: number;
  /** It is none, as can be told without reading it. */
  fault?: { reason: Reason; detail: string };
}

export interface FormatInput {
  /** The body as it came, inflated. */
  body: Uint8Array;
  /** The query string without `?`. */
  query: string;
  contentType: string | null;
  /** Of the source that it came from. */
  rules?: RecordRules;
  /** Of a line of a file: its number, from 1, among those of the file that are equal to it. */
  occurrence?: number;
  /**
   * At a retry: the fields that a person corrected. They win over what `read` answers whatever the
   * format does. With them it may read a broken record in part, leaving out what it cannot tell,
   * and may take those that carry the format's own names in place of the values of the record.
   */
  corrected?: JsonObject;
}

export interface FormatRefusal {
  ok: false;
  reason: Reason;
  detail: string;
  /** What of the record is wrong: a place in its text, or the name of a field; absent: all of it. */
  at?: CellPlace | string;
}

export type FormatResult = { ok: true; raw: RawCdr } | FormatRefusal;

export interface Format {
  /** Kind of the sources whose own paths take this format; the first of a kind in the table. */
  kind?: string;
  /** Routes that take it, whatever the settings say. */
  paths: readonly string[];
  /** Whether the query string is part of the record, so that GET posts one; else it is beside it. */
  queryIsRecord: boolean;
  /** Whether `cdr.process` takes a JSON object of this format by its name. */
  byRpc: boolean;
  /**
   * A switch tells one call through several feeds, which carry different fields: a record of a known
   * id of the same source is a duplicate when all that is billed is equal, whatever else it says.
   */
  duplicatesBy?: "billed-facts";
  /** Its records are the lines of a file, so that a file can be followed. */
  lines?: {
    /** Whether a line by itself is a record; false: a quote in it may go on in the next one. */
    isWhole(text: string, rules: RecordRules): boolean;
    /** Whether nothing in its records makes an id: who reads the file then numbers equal lines. */
    areWithoutId?(rules: RecordRules): boolean;
  };
  /**
   * The records of a body that may hold several, in order; absent: it holds one. Pure, as `read` is.
   * `most`: records that it may have; absent: those of a post.
   */
  pieces?(body: Uint8Array, most?: number): RecordPiece[];
  /**
   * Line and column, from 1, of a field in the text of a record, by the name in lower case that it was
   * sent under; null: it is not there. For faults alone.
   */
  placeOf?(text: string, name: string, rules: RecordRules): CellPlace | null;
  /**
   * Pure, and bounded in time by the length of the body. What a retry needs beside the name of the
   * format (bytes, query, Content-Type) is kept with a suspended record and handed in again.
   */
  read(input: FormatInput, fieldMap?: FieldMap): FormatResult;
}
