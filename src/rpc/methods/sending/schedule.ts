// JSON-RPC: reports that are sent by themselves, by day, week or month.
import { z } from "zod";
import type { Destination } from "../../../engine/schedules/model.ts";
import type { ScheduleView } from "../../../engine/schedules/schedules.ts";
import { isZone, LANGUAGES } from "../../../reports/language/languages.ts";
import { REPEATS } from "../../../reports/occasions.ts";
import { type Caller, type MethodContext, method } from "../../method.ts";
import { cursor, jsonObject, name, pageLimit } from "../../shapes.ts";
import { delivery, deliveryView, instantText } from "./delivery.ts";
import { REPORT_NAMES, readTold } from "./told.ts";

const scheduleName = z.string().regex(/^[\w.-]{1,64}$/, "1 to 64 letters, digits, `.`, `_` or `-`");
const zone = name.refine(isZone, "an IANA zone, e.g. Europe/Madrid");

const mailTo = z.strictObject({
  address: z.string().min(3).max(254).describe("A mail address."),
  language: z.enum(LANGUAGES).default("en").describe("Of words, numbers and dates."),
  zone: zone.optional().describe("Times are by its clocks; absent: the zone of the schedule."),
});
const destination = z.union([
  mailTo,
  z.strictObject({ folder: name.describe("A folder of `schedules.folders` of the settings.") }),
  z.strictObject({ webhook: name.describe("A webhook of `schedules.webhooks` of the settings.") }),
]);

const wanted = z.strictObject({
  name: scheduleName,
  report: z
    .enum(REPORT_NAMES)
    .describe(
      "`daily`, what follows `report.` in a method's name, or `search` with the params `{ search, owner? }`: the CDRs of a saved search.",
    ),
  params: jsonObject
    .default({})
    .describe("Of the report, without what says the period: that is the one before each occasion."),
  every: z.enum(REPEATS).describe("How often; it tells of the whole day, week or month before."),
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "`HH:MM`")
    .describe("Time of the day, by the clocks of `zone`."),
  weekday: z.int().min(1).max(7).optional().describe("Of a week: 1 (Monday, the default) to 7."),
  day: z.int().min(1).max(31).optional().describe("Of a month; 1. In a shorter one its last day."),
  zone: zone.default("UTC").describe("IANA zone: days begin by its clocks."),
  to: z.array(destination).min(1).max(100).describe("Whom it goes to, each of them once."),
  format: z
    .enum(["csv", "xlsx", "html", "json"])
    .default("csv")
    .describe("The file in a folder or a mail; `html`: a mail has none. A webhook gets JSON."),
  catchUp: z
    .int()
    .min(1)
    .max(100)
    .default(31)
    .describe("So many occasions are made up for after the service was away."),
});

const view = z.object({
  name: z.string(),
  report: z.string(),
  params: jsonObject,
  every: z.enum(REPEATS),
  at: z.string(),
  weekday: z.number().optional(),
  day: z.number().optional(),
  zone: z.string(),
  to: z.array(jsonObject),
  format: z.string(),
  catchUp: z.number(),
  nextAt: z.string().nullable().describe("its next occasion"),
  missed: z.number().describe("occasions that were too old to be made up for"),
  credential: z.string().nullable().describe("whose rights it has, as they are at each occasion"),
  user: z.string().optional().describe("the user whose rights it has, where one set it"),
  setAt: z.string(),
  by: z.string(),
});

function viewOf(schedule: ScheduleView): z.output<typeof view> {
  const { report, params, occasions, to, format, catchUp, missed, owner, by } = schedule;
  return {
    ...{ name: schedule.name, report, params, ...occasions },
    to: to.map(destinationView),
    ...{ format, catchUp, missed, by, credential: owner.credential },
    ...(owner.user !== undefined && { user: owner.user }),
    nextAt: instantText(schedule.nextAtMs),
    setAt: new Date(schedule.setAtMs).toISOString(),
  };
}

function destinationView(to: Destination) {
  if (to.kind === "mail") return { ...to.to };
  return to.kind === "folder" ? { folder: to.name } : { webhook: to.name };
}

function destinationOf(to: z.output<typeof destination>, timeZone: string): Destination {
  if ("folder" in to) return { kind: "folder", name: to.folder };
  if ("webhook" in to) return { kind: "webhook", name: to.webhook };
  return { kind: "mail", to: { ...to, zone: to.zone ?? timeZone } };
}

/** Does it with a line in the log of admin acts. */
function noted<Result>(
  { engine, caller }: MethodContext,
  { act, subject }: { act: string; subject: string },
  work: { run: () => Promise<Result>; after: (result: Result) => unknown },
) {
  return engine.acts.noted({ by: caller, act, subject, tenant: ownTenant(caller) }, work);
}

function ownTenant({ scope: { tenants } }: Caller): string | null {
  return tenants?.length === 1 ? (tenants[0] ?? null) : null;
}

const named = z.strictObject({ name: scheduleName });

export const setMethod = method({
  name: "schedule.set",
  summary:
    "Sends a report by day, week or month to mail, a folder or a webhook; the same name again replaces it.",
  permission: "schedule.write",
  writes: true,
  heavy: false,
  errors: ["forbidden", "conflict", "not-supported", "store-unavailable"],
  params: wanted,
  result: view,
  example: {
    name: "daily",
    report: "daily",
    every: "day",
    at: "06:00",
    zone: "Europe/Madrid",
    to: [{ address: "billing@example.com", language: "es" }],
    format: "xlsx",
  },
  async run(params, context) {
    const { every, at, weekday, day, zone: timeZone, to, report, ...same } = params;
    const schedule = {
      ...same,
      report,
      told: readTold(report, params.params, context.caller),
      occasions: {
        every,
        at,
        zone: timeZone,
        ...(every === "week" && { weekday }),
        ...(every === "month" && { day }),
      },
      to: to.map((one) => destinationOf(one, timeZone)),
    };
    return noted(
      context,
      { act: "schedule.set", subject: same.name },
      {
        run: async () => viewOf(await context.engine.schedules.set(schedule, context.caller)),
        after: (set) => set,
      },
    );
  },
});

export const getMethod = method({
  name: "schedule.get",
  summary: "One schedule, with its next occasion.",
  permission: "schedule.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: named,
  result: view,
  example: { name: "daily" },
  run: async ({ name: own }, { engine, caller }) => viewOf(await engine.schedules.get(own, caller)),
});

export const listMethod = method({
  name: "schedule.list",
  summary: "The schedules that the caller may see, by name.",
  permission: "schedule.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({ schedules: z.array(view), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const { schedules, next } = await engine.schedules.list({ limit, after }, caller);
    return { schedules: schedules.map(viewOf), ...(next !== undefined && { nextCursor: next }) };
  },
});

export const runMethod = method({
  name: "schedule.run",
  summary:
    "Sends the report of the last whole period now, to whom it was not sent yet; nobody gets one twice.",
  permission: "schedule.write",
  writes: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: named,
  result: z.object({ deliveries: z.array(delivery) }),
  example: { name: "daily" },
  async run({ name: own }, context) {
    return noted(
      context,
      { act: "schedule.run", subject: own },
      {
        run: async () => {
          const deliveries = await context.engine.schedules.run(own, context.caller);
          return { deliveries: deliveries.map(deliveryView) };
        },
        after: ({ deliveries }) => deliveries.map(({ delivery: id }) => id),
      },
    );
  },
});

export const removeMethod = method({
  name: "schedule.remove",
  summary: "Takes a schedule away; deliveries that were begun go on.",
  permission: "schedule.write",
  writes: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: named,
  result: view,
  example: { name: "daily" },
  async run({ name: own }, context) {
    return noted(
      context,
      { act: "schedule.remove", subject: own },
      {
        run: async () => viewOf(await context.engine.schedules.remove(own, context.caller)),
        after: () => null,
      },
    );
  },
});
