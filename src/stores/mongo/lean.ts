// Members of a CDR's document that no query reads, in few bytes. Each has two forms: as builds before
// schema 10 wrote it, and lean; both are read for ever, and what is written is lean.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { Binary } from "mongodb";
import type { PrimaryFields } from "../../cdr/cdr.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { NormalizedNumber } from "../../cdr/rating.ts";

/**
 * What most bases have in common, likeliest last. Frozen: what is stored is read by it. A better one
 * is a second one with a number of its own.
 */
const DICTIONARY = Buffer.from(
  [
    '{"ruleSet":"trunk","usage":0}"reason":"no-rate","ban":{"plan":"reason":"banned""status":"blocked"',
    '"supplier":"charger":"ratingPlan":"ratingProfile":"weight":"connectFee":"0.01","minimum":"surcharge":',
    '{"carrier":"amount":null,"reason":"no-rate"},"currency":"USD","currency":"GBP","exchange":{"from":"to":"rate":',
    '"rounding":{"decimals":2,"mode":"half-even","usage":"up"},"firstInterval":30,"nextInterval":6}',
    '{"ruleSet":"trunk","sell":{"plan":"","deck":"decks/.csv","prefix":"","usage":60,"billed":60,',
    '"rows":[{"line":1,"rate":"0.0","unitSeconds":60,"firstInterval":60,"nextInterval":60}],',
    '"spans":[{"fromSecond":0,"seconds":60,"line":1,"rate":"0.0","unitSeconds":60}],"connectFee":"0","exact":"0.0',
    '","rounding":{"decimals":4,"mode":"half-up","usage":"none"},"amount":"0.0","currency":"EUR"},',
    '"buy":{"plan":"","deck":"decks/.csv","prefix":"","usage":,"billed":,"rows":[{"line":,"rate":"0.00","unitSeconds":60,',
    '"firstInterval":1,"nextInterval":1}],"spans":[{"fromSecond":0,"seconds":,"line":,"rate":"0.00","unitSeconds":60}],',
    '"connectFee":"0","exact":"0.00","rounding":{"decimals":4,"mode":"half-up","usage":"none"},"amount":"0.00","currency":"EUR"},',
    '"routing":{"strategy":"lowest-cost","candidates":[{"carrier":"","plan":"","amount":"0.0","currency":"EUR","exact":"0.0","reason":"dearer"},',
    '{"carrier":"","plan":"","amount":"0.0","currency":"EUR","exact":"0.0","reason":"dearer"}]}}',
  ].join(""),
);
/** For texts of a kilobyte or two: the usual sizes cost more to set up than the work itself. */
const WINDOW = { dictionary: DICTIONARY, windowBits: 12 };
const DEFLATE = { ...WINDOW, memLevel: 5, chunkSize: 1024 };
const INFLATE = { ...WINDOW, chunkSize: 4096 };

/** The first byte of a packed text says by which dictionary. */
const FIRST_DICTIONARY = 1;

/** JSON text, deflated where that is shorter. */
export function packBasis(basis: JsonObject): string | Binary {
  const text = JSON.stringify(basis);
  const packed = deflateRawSync(text, DEFLATE);
  if (packed.length + 1 >= text.length) return text;
  return new Binary(Buffer.concat([Buffer.of(FIRST_DICTIONARY), packed]));
}

/** @throws where it is broken, or packed in a way that this build does not know */
export function unpackBasis(stored: string | Binary): JsonObject {
  if (typeof stored === "string") return JSON.parse(stored) as JsonObject;
  const bytes = stored.value();
  if (bytes[0] !== FIRST_DICTIONARY) throw new Error(`a basis is packed by dictionary ${bytes[0]}`);
  const text = inflateRawSync(bytes.subarray(1), INFLATE).toString("utf8");
  return JSON.parse(text) as JsonObject;
}

const HASH = /^[0-9a-f]{64}$/;

/** Hex text of a sha256 as its bytes; any other text as it is. */
export function packHash(hash: string): string | Binary {
  return HASH.test(hash) ? new Binary(Buffer.from(hash, "hex")) : hash;
}

export function unpackHash(stored: string | Binary): string {
  return typeof stored === "string" ? stored : Buffer.from(stored.value()).toString("hex");
}

const USUAL_FIELDS = { originHost: "", source: "", requestType: "*rated", direction: "*out" };
type UsualField = keyof typeof USUAL_FIELDS;

/** Fields that say what nearly every record says are absent. */
export type LeanFields<Fields> = Omit<Fields, UsualField> &
  Partial<Pick<PrimaryFields, UsualField>>;

export function packFields<Fields extends Pick<PrimaryFields, UsualField>>(
  fields: Fields,
): LeanFields<Fields> {
  const said = Object.entries(fields).filter(
    ([name, value]) => USUAL_FIELDS[name as UsualField] !== value,
  );
  return Object.fromEntries(said) as LeanFields<Fields>;
}

export function unpackFields<Fields>(
  stored: LeanFields<Fields>,
): LeanFields<Fields> & Pick<PrimaryFields, UsualField> {
  return { ...USUAL_FIELDS, ...stored };
}

/** `raw` is absent where it is `normalized`, `e164` where that is `normalized` after a plus. */
export type LeanNumber = Omit<NormalizedNumber, "raw" | "e164"> &
  Partial<Pick<NormalizedNumber, "raw" | "e164">>;

export function packNumber({ raw, e164, ...number }: NormalizedNumber): LeanNumber {
  return {
    ...number,
    ...(raw !== number.normalized && { raw }),
    ...(e164 !== `+${number.normalized}` && { e164 }),
  };
}

export function unpackNumber({ raw, e164, ...number }: LeanNumber): NormalizedNumber {
  const { normalized } = number;
  return { ...number, raw: raw ?? normalized, e164: e164 === undefined ? `+${normalized}` : e164 };
}
