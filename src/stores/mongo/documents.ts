// CDRs as MongoDB documents: native dates and Decimal128 money, and fields that queries touch.
import { Decimal128, type ObjectId, type Timestamp } from "mongodb";
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
import type { Margin, Rating, Side } from "../../cdr/rating.ts";
import { plainText } from "../../money/decimal.ts";
import { jsonHash } from "../json-hash.ts";
import { readStored } from "../key-faults.ts";
import { leadingDigits } from "../leading-digits.ts";
import type { NewCdr } from "../ports/cdrs.ts";
import { callTimeMs, setupKeyMs } from "../sort-keys.ts";
import { type CdrKeying, documentKey, idOfKey } from "./cdrs/key.ts";

type StoredMoney<T> = Omit<T, "amount"> & { amount: Decimal128 | null };

interface StoredMoment {
  at: Date;
  offsetMinutes: number;
}

type TimeName = "setupTime" | "answerTime" | "endTime";
const TIME_NAMES: TimeName[] = ["setupTime", "answerTime", "endTime"];

type StoredPrimary = Omit<PrimaryFields, TimeName> & Partial<Record<TimeName, StoredMoment>>;

interface StoredContent {
  primary: StoredPrimary;
  /** Names encoded: see `encodeName`. */
  extra: JsonObject;
  /** Hash of each extra field that is an array or object, for comparison as a whole. */
  extraHashes: Record<string, string>;
  contentHash: string;
  warnings?: CdrWarning[];
}

type StoredRating = Omit<Rating, "sell" | "buy" | "margin" | "cheapest" | "runs" | "basis"> & {
  sell: StoredMoney<Side> | null;
  buy: StoredMoney<Side> | null;
  margin: StoredMoney<Margin> | null;
  cheapest?: StoredMoney<NonNullable<Rating["cheapest"]>>;
  runs?: Record<string, StoredMoney<Side>>;
  /** JSON text: read as a whole, never searched. */
  basis: string;
};

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

export type CdrDocument = Omit<Cdr, "id" | "receivedAtMs" | keyof CdrContent> &
  StoredContent & {
    _id: string;
    receivedAt: Date;
    /** Time of the server at the last write. */
    changedAt?: Timestamp;
    /** The call that wrote the current revision; absent: the insert, or an older build. */
    writeId?: ObjectId;
    keys: ContentKeys & RatingKeys;
    rating: StoredRating;
    history: StoredHistoryEntry[];
  };

const ID = /^[0-9a-f]{40}$/;

/** A field name without what MongoDB or its driver give a meaning to: `.`, `$`, NUL, `_bsontype`. */
export function encodeName(name: string): string {
  if (name === "") return "%";
  const encoded = name.replaceAll(
    /[%.$\0]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return encoded === "_bsontype" ? "%5fbsontype" : encoded;
}

function decodeName(name: string): string {
  if (name === "%") return "";
  return name.replaceAll(/%([0-9a-f]{2})/g, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

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
      ...rest,
      ...stored("setupTime", setupTime),
      ...stored("answerTime", answerTime),
      ...stored("endTime", endTime),
    },
    extra: renameMembers(content.extra, encodeName) as JsonObject,
    extraHashes: hashesOf(content.extra),
    contentHash: content.contentHash,
    ...(content.warnings && { warnings: content.warnings }),
  };
}

function decodeContent(content: StoredContent): CdrContent {
  const { setupTime: _setup, answerTime: _answer, endTime: _end, ...rest } = content.primary;
  const primary: PrimaryFields = { ...rest };
  for (const name of TIME_NAMES) {
    const time = content.primary[name];
    if (time) primary[name] = { atMs: time.at.getTime(), offsetMinutes: time.offsetMinutes };
  }
  return {
    primary,
    extra: renameMembers(content.extra, decodeName) as JsonObject,
    contentHash: content.contentHash,
    ...(content.warnings && { warnings: content.warnings }),
  };
}

function encodeMoney<T extends { amount: string | null }>(money: T): StoredMoney<T> {
  const amount = money.amount === null ? null : Decimal128.fromString(money.amount);
  return { ...money, amount };
}

function decodeMoney<T extends { amount: string | null }>(money: StoredMoney<T>): T {
  const amount = money.amount === null ? null : plainText(money.amount.toString());
  return { ...money, amount } as unknown as T;
}

function mapMembers<A, B>(
  members: Record<string, A>,
  rename: (name: string) => string,
  map: (member: A) => B,
): Record<string, B> {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [rename(name), map(member)]),
  );
}

function encodeRating(rating: Rating): StoredRating {
  const { sell, buy, margin, cheapest, runs, basis, ...rest } = rating;
  return {
    ...rest,
    sell: sell && encodeMoney(sell),
    buy: buy && encodeMoney(buy),
    margin: margin && encodeMoney(margin),
    ...(cheapest && { cheapest: encodeMoney(cheapest) }),
    ...(runs && { runs: mapMembers(runs, encodeName, encodeMoney<Side>) }),
    basis: JSON.stringify(basis),
  };
}

function decodeRating(rating: StoredRating): Rating {
  const { sell, buy, margin, cheapest, runs, basis, ...rest } = rating;
  return {
    ...rest,
    sell: sell && decodeMoney<Side>(sell),
    buy: buy && decodeMoney<Side>(buy),
    margin: margin && decodeMoney<Margin>(margin),
    ...(cheapest && { cheapest: decodeMoney<NonNullable<Rating["cheapest"]>>(cheapest) }),
    ...(runs && { runs: mapMembers(runs, decodeName, decodeMoney<Side>) }),
    basis: JSON.parse(basis) as JsonObject,
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
  const { id, receivedAtMs, primary, extra, contentHash, rating, ...rest } = cdr;
  if (!ID.test(id)) throw new RangeError(`not a CDR id: ${id}`);
  const content = { primary, extra, contentHash };
  return {
    _id: documentKey(keying, cdr),
    ...rest,
    receivedAt: new Date(receivedAtMs),
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
    changedAt: _changed,
    writeId: _writeId,
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
    ...decodeContent({ primary, extra, extraHashes, contentHash }),
    rating: decodeRating(rating),
    history: history.map(decodeHistory),
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
