// Shapes that many methods share: money as decimal text, times as RFC 3339.
import { z } from "zod";
import { CDR_WARNINGS } from "../cdr/cdr.ts";
import type { Json, JsonObject } from "../cdr/json.ts";
import { OUTCOMES } from "../cdr/rating.ts";

export const decimalText = z
  .string()
  .regex(/^-?\d{1,20}(\.\d{1,20})?$/, 'a decimal number as text, e.g. "0.1420"');

/** What RFC 3339 can write in UTC: an offset may lead out of it. */
const FIRST_MS = Date.parse("0000-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** RFC 3339 with an offset; read as epoch milliseconds. */
export const instant = z
  .codec(
    z.iso.datetime({
      offset: true,
      error: "a time as RFC 3339 with an offset, e.g. 2026-03-01T00:00:00Z",
    }),
    z.number(),
    { decode: (text) => Date.parse(text), encode: (atMs) => new Date(atMs).toISOString() },
  )
  .refine((atMs) => atMs >= FIRST_MS && atMs <= LAST_MS, {
    error: "a time of the years 0000 to 9999 in UTC",
  })
  .meta({ id: "Instant" });

/** Seconds or units as far as they are counted exactly. */
export const usageNumber = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a usage is, for faults. */
export const USAGE_FAULT = "a number of seconds or units, or a duration such as 1m30s";

/** In parameters: seconds (voice) or units as a number, or a duration such as `1m30s`. */
export const usageParameter = z.union([usageNumber, z.string().min(1).max(64)], {
  error: ({ input }) => (input === undefined ? "is missing" : USAGE_FAULT),
});

/** Any JSON: params come from JSON text and are bounded before a schema sees them (params.ts). */
export const json = z.custom<Json>((value) => value !== undefined);

/** An object of any JSON; its members are looked at by whoever reads them. */
export const jsonObject = z
  .custom<JsonObject>((value) => isObject(value), { error: "an object" })
  .meta({ type: "object" });

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Values of a list in a parameter, at most. */
export const MOST_IN_LIST = 1000;

export const cdrId = z.string().regex(/^[0-9a-f]{40}$/, "40 hex digits, as answers carry them");
export const versionId = z.string().min(1).max(64);
export const name = z.string().min(1).max(256);
/** Which of several CDRs of one id; they are looked for in the caller's tenants alone. */
export const tenantOfId = name
  .optional()
  .describe("needed where several tenants that the caller may see have the id");
export const pageLimit = z.number().int().min(1).max(1000).default(50);
export const cursor = z.string().min(1).max(2000);

export const side = z
  .object({
    amount: z.string().nullable(),
    currency: z.string(),
    plan: z.string().nullable(),
    carrier: z.string().optional(),
    gateway: z.string().optional(),
    prefix: z.string().nullable(),
    destination: z.string().nullable(),
    billedSeconds: z.number(),
    basis: z.enum(["named", "routed"]).optional(),
    reason: z.string().optional(),
  })
  .meta({ id: "Side" });

export const margin = z.object({
  amount: z.string().nullable(),
  currency: z.string(),
  reason: z.string().optional(),
});

/** What was doubtful about a record, and how it was taken. */
const warnings = z.array(z.enum(CDR_WARNINGS)).optional();

export const cdrAnswer = z
  .object({
    id: z.string().nullable(),
    outcome: z.enum(["rated", "partial", "unrated", "duplicate", "conflict", "suspended"]),
    reason: z.string().optional(),
    detail: z.string().optional(),
    suspenseId: z.string().optional(),
    sell: side.nullable().optional(),
    buy: side.nullable().optional(),
    warnings,
  })
  .meta({ id: "CdrAnswer" });

const ratingView = z
  .looseObject({
    revision: z.number(),
    ratedAt: z.string(),
    tariffVersion: z.string().nullable(),
    semantics: z.string(),
    rules: z.string().optional().describe("edition of the rules of pricing; absent: 0.1.0"),
    outcome: z.enum(OUTCOMES),
    reason: z.string().optional(),
    sell: side.nullable(),
    buy: side.nullable(),
    margin: margin.nullable(),
  })
  .meta({ id: "Rating" });

export const cdrView = z
  .object({
    id: z.string(),
    tenant: z.string(),
    source: z.string(),
    receivedAt: z.string(),
    maskedAt: z
      .string()
      .optional()
      .describe("its numbers were masked then: digits behind the prefix are stars"),
    leg: z.enum(["a", "b"]).optional(),
    callId: z.string().optional(),
    batchId: z.string().optional(),
    batchLine: z.number().optional(),
    primary: z.looseObject({}),
    extra: z.record(z.string(), json),
    contentHash: z.string(),
    warnings,
    rating: ratingView,
    history: z.array(z.looseObject({ rating: ratingView, replacedAt: z.string() })),
  })
  .meta({ id: "Cdr" });

/** Services on the store, and how many of them price by the time line as it is now. */
export const followerCount = z
  .object({ all: z.number(), ready: z.number() })
  .describe(
    "services that use this store, and how many of them price by the time line as it is now; the others follow within 2 s, a killed one counts for a minute",
  );

export const fault = z
  .object({
    file: z.string(),
    line: z.number(),
    column: z.number(),
    code: z.string(),
    message: z.string(),
    severity: z
      .enum(["error", "warning", "note"])
      .describe("error: a fault, the tariff is refused; note: what may well be meant"),
    text: z.string().optional().describe("of the cell, its first 200 characters"),
  })
  .meta({ id: "TariffFault" });

/** Why, in words of people. */
export const note = z.string().min(1).max(1024);
