// CDRs as MongoDB documents: native dates and Decimal128 money, and fields that queries touch.
import type { Binary, ObjectId, Timestamp } from "mongodb";
import type {
  Cdr,
  CdrContent,
  CdrOrigin,
  CdrWarning,
  HistoryEntry,
  PrimaryFields,
  StoredCdr,
} from "../../cdr/cdr.ts";
import { originOf } from "../../cdr/facts.ts";
import type { Json, JsonObject } from "../../cdr/json.ts";
import type { Moment } from "../../cdr/moment.ts";
import type { Rating } from "../../cdr/rating.ts";
import { jsonHash } from "../json-hash.ts";
import { readStored } from "../key-faults.ts";
import { leadingDigits } from "../leading-digits.ts";
import type { NewCdr } from "../ports/cdrs.ts";
import { callTimeMs, setupKeyMs } from "../sort-keys.ts";
import { type CdrKeying, type DocumentKey, documentKey, idOfKey } from "./cdrs/key.ts";
import { type LeanFields, packFields, packHash, unpackFields, unpackHash } from "./lean.ts";
import { decodeName, encodeName } from "./names.ts";
import { decodeRating, encodeRating, type StoredRating } from "./ratings.ts";

interface StoredMoment {
  at: Date;
  offsetMinutes: number;
}

type TimeName = "setupTime" | "answerTime" | "endTime";
const TIME_NAMES: TimeName[] = ["setupTime", "answerTime", "endTime"];

type StoredPrimary = LeanFields<Omit<PrimaryFields, TimeName>> &
  Partial<Record<TimeName, StoredMoment>>;

interface StoredContent {
  primary: StoredPrimary;
  /** Names encoded: see `encodeName`. */
  extra: JsonObject;
  /** Hash of each extra field that is an array or object, for comparison as a whole. */
  extraHashes: Record<string, string>;
  contentHash: string | Binary;
  warnings?: CdrWarning[];
}

interface StoredHistoryEntry {
  rating: StoredRating;
  replacedAt: Date;
  content?: StoredContent;
  origin?: CdrOrigin;
  writeId?: ObjectId;
}

/** Values that queries sort, group and search by, of the current content and rating. */
interface ContentKeys {
  callTime: Date;
  setupTime: Date;
}

interface RatingKeys {
  leadingDigits: string;
  /** Carrier of the buy side in lower case. */
  carrier: string | null;
  prefix: string | null;
  destination: string | null;
  currency: string | null;
  buyCurrency: string | null;
}

/** Asks an update for the time of the server: seconds, and the number of the write within them. */
export const SERVER_TIME = { $type: "timestamp" } as const;

export type CdrDocument = Omit<Cdr, "id" | "receivedAtMs" | "maskedAtMs" | keyof CdrContent> &
  StoredContent & {
    _id: DocumentKey;
    receivedAt: Date;
    maskedAt?: Date;
    /** Time of the server at the last write. */
    changedAt?: Timestamp;
    /** The call that wrote the current revision; absent: the insert, or an older build. */
    writeId?: ObjectId;
    /** The step that is about to erase it: it is not revised any more. */
    erasing?: string;
    keys: ContentKeys & RatingKeys;
    rating: StoredRating;
    history: StoredHistoryEntry[];
  };

export function callTimeOf({ keys }: Pick<CdrDocument, "keys">): Date {
  return keys.callTime;
}

const ID = /^[0-9a-f]{40}$/;

function renameMembers(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((element) => renameMembers(element, rename));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [rename(name), renameMembers(member, rename)]),
  );
}

function hashesOf(extra: JsonObject): Record<string, string> {
  const structured = Object.entries(extra).filter(
    ([, value]) => value !== null && typeof value === "object",
  );
  return Object.fromEntries(structured.map(([name, value]) => [encodeName(name), jsonHash(value)]));
}

function encodeContent(content: CdrContent): StoredContent {
  const { setupTime, answerTime, endTime, ...rest } = content.primary;
  const stored = (name: TimeName, moment: Moment | undefined) =>
    moment && { [name]: { at: new Date(moment.atMs), offsetMinutes: moment.offsetMinutes } };
  return {
    primary: {
      ...packFields(rest),
      ...stored("setupTime", setupTime),
      ...stored("answerTime", answerTime),
      ...stored("endTime", endTime),
    },
    extra: renameMembers(content.extra, encodeName) as JsonObject,
    extraHashes: hashesOf(content.extra),
    contentHash: packHash(content.contentHash),
    ...(content.warnings && { warnings: content.warnings }),
  };
}

function decodeContent(content: StoredContent): CdrContent {
  const { setupTime: _setup, answerTime: _answer, endTime: _end, ...rest } = content.primary;
  const primary: PrimaryFields = unpackFields<Omit<PrimaryFields, TimeName>>(rest);
  for (const name of TIME_NAMES) {
    const time = content.primary[name];
    if (time) primary[name] = { atMs: time.at.getTime(), offsetMinutes: time.offsetMinutes };
  }
  return {
    primary,
    extra: renameMembers(content.extra, decodeName) as JsonObject,
    contentHash: unpackHash(content.contentHash),
    ...(content.warnings && { warnings: content.warnings }),
  };
}

function contentKeys(content: CdrContent, receivedAtMs: number): ContentKeys {
  return {
    callTime: new Date(callTimeMs(content.primary, receivedAtMs)),
    setupTime: new Date(setupKeyMs(content.primary, receivedAtMs)),
  };
}

function ratingKeys(rating: Rating): RatingKeys {
  const { sell, buy } = rating;
  return {
    leadingDigits: leadingDigits(rating.normalized.destination.normalized),
    carrier: buy?.carrier?.toLowerCase() ?? null,
    prefix: (sell ?? buy)?.prefix ?? null,
    destination: (sell ?? buy)?.destination ?? null,
    currency: (sell ?? buy)?.currency ?? null,
    buyCurrency: buy?.currency ?? null,
  };
}

/** What a document holds beside this record to find, sort and add it up by. */
export function recordKeys(cdr: StoredCdr): Record<string, unknown> {
  return {
    ...contentKeys(cdr, cdr.receivedAtMs),
    ...ratingKeys(cdr.rating),
    extraHashes: hashesOf(cdr.extra),
  };
}

/**
 * `history`: of a CDR that is copied from another store.
 * @throws a RangeError when the id is not 40 lower-case hex digits
 */
export function toDocument(
  { history = [], ...cdr }: NewCdr & { history?: HistoryEntry[] },
  keying: CdrKeying,
): CdrDocument {
  const { id, receivedAtMs, maskedAtMs, primary, extra, contentHash, rating, ...rest } = cdr;
  if (!ID.test(id)) throw new RangeError(`not a CDR id: ${id}`);
  const content = { primary, extra, contentHash };
  return {
    _id: documentKey(keying, cdr),
    ...rest,
    receivedAt: new Date(receivedAtMs),
    ...(maskedAtMs !== undefined && { maskedAt: new Date(maskedAtMs) }),
    ...encodeContent(content),
    keys: { ...contentKeys(content, receivedAtMs), ...ratingKeys(rating) },
    rating: encodeRating(rating),
    history: history.map(encodeHistory),
  };
}

function encodeHistory(entry: HistoryEntry): StoredHistoryEntry {
  return {
    rating: encodeRating(entry.rating),
    replacedAt: new Date(entry.replacedAtMs),
    ...(entry.content && { content: encodeContent(entry.content) }),
    ...(entry.origin && { origin: entry.origin }),
  };
}

function decodeHistory(entry: StoredHistoryEntry): HistoryEntry {
  return {
    rating: decodeRating(entry.rating),
    replacedAtMs: entry.replacedAt.getTime(),
    ...(entry.content && { content: decodeContent(entry.content) }),
    ...(entry.origin && { origin: entry.origin }),
  };
}

/** @throws an error that names the CDR, where its document is broken */
export function toCdr(document: CdrDocument): StoredCdr {
  return readStored(idOfKey(document._id), () => readDocument(document));
}

function readDocument(document: CdrDocument): StoredCdr {
  const {
    _id,
    receivedAt,
    maskedAt,
    changedAt: _changed,
    writeId: _writeId,
    erasing: _erasing,
    keys: _keys,
    extraHashes,
    rating,
    history,
    ...rest
  } = document;
  const { primary, extra, contentHash, ...facts } = rest;
  return {
    id: idOfKey(_id),
    ...facts,
    receivedAtMs: receivedAt.getTime(),
    ...(maskedAt !== undefined && { maskedAtMs: maskedAt.getTime() }),
    ...decodeContent({ primary, extra, extraHashes, contentHash }),
    rating: decodeRating(rating),
    history: history.map(decodeHistory),
  };
}

/** The update that puts a CDR with masked numbers in place of `document`. */
export function maskingUpdate(document: CdrDocument, cdr: StoredCdr) {
  const keys = { ...contentKeys(cdr, cdr.receivedAtMs), ...ratingKeys(cdr.rating) };
  return {
    $set: {
      ...encodeContent(cdr),
      keys,
      rating: encodeRating(cdr.rating),
      history: cdr.history.map((entry, index) => {
        const writeId = document.history[index]?.writeId;
        return { ...encodeHistory(entry), ...(writeId && { writeId }) };
      }),
      maskedAt: new Date(cdr.maskedAtMs ?? 0),
    },
  };
}

/** The update that puts a new rating (and content and origin) before those of `document`. */
export function revisionUpdate(
  document: CdrDocument,
  revision: { rating: Rating; content?: CdrContent; origin?: CdrOrigin; atMs: number },
  writeId: ObjectId,
) {
  const { primary, extra, extraHashes, contentHash, warnings } = document;
  const older = { primary, extra, extraHashes, contentHash, ...(warnings && { warnings }) };
  const { content, origin } = revision;
  const keys = {
    ...ratingKeys(revision.rating),
    ...(content && contentKeys(content, document.receivedAt.getTime())),
  };
  const entry: StoredHistoryEntry = {
    rating: document.rating,
    replacedAt: new Date(revision.atMs),
    ...(content && { content: older }),
    ...(origin && { origin: originOf(document) }),
    ...(document.writeId && { writeId: document.writeId }),
  };
  const lacking = Object.keys(entry.origin ?? {}).filter(
    (name) => origin?.[name as keyof CdrOrigin] === undefined,
  );
  if (content && warnings && content.warnings === undefined) lacking.push("warnings");
  const keyFields = Object.entries(keys).map(([name, value]) => [`keys.${name}`, value]);
  return {
    $set: {
      rating: encodeRating(revision.rating),
      writeId,
      ...Object.fromEntries(keyFields),
      ...(content && encodeContent(content)),
      ...(origin && originOf(origin)),
    },
    $currentDate: { changedAt: SERVER_TIME },
    ...(lacking.length > 0 && {
      $unset: Object.fromEntries(lacking.map((name) => [name, "" as const])),
    }),
    $push: { history: entry },
  };
}
