// JSON-RPC: what became of the reports that schedules send.
import { z } from "zod";
import type { DeliveryView } from "../../../engine/schedules/deliveries.ts";
import type { DeliveryState } from "../../../engine/schedules/model.ts";
import { method } from "../../method.ts";
import { cursor, jsonObject, name, pageLimit } from "../../shapes.ts";

const STATES = [
  ...["waiting", "sending", "sent", "refused", "failed", "unknown"],
] as const satisfies readonly DeliveryState[];

export const delivery = z.object({
  delivery: z.string().describe("its id"),
  schedule: z.string(),
  report: z.string(),
  period: z.object({ from: z.string(), to: z.string() }),
  to: jsonObject,
  state: z
    .enum(STATES)
    .describe(
      "waiting to be sent, or sent again; under way; taken; refused for good; given up after the last try; perhaps taken: nobody knows",
    ),
  tries: z.number(),
  triedAt: z.string().nullable().describe("when the last try began"),
  sentAt: z.string().nullable(),
  nextAt: z.string().nullable().describe("when it is tried again"),
  messageId: z.string().nullable().describe("of a mail: the same however often it is sent"),
  answer: z.string().nullable().describe("what the receiver said of it"),
  fault: z.string().nullable().describe("why it is not sent, or is not known to be"),
});

export function instantText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

export function deliveryView(one: DeliveryView): z.output<typeof delivery> {
  const { schedule, report, period, to, state, tries, messageId, answer, fault } = one;
  return {
    ...{ delivery: one.id, schedule, report },
    period: { from: instantText(period.fromMs) ?? "", to: instantText(period.toMs) ?? "" },
    to: to.kind === "mail" ? { ...to.to } : { [to.kind]: to.name },
    ...{ state, tries, messageId, answer, fault },
    triedAt: instantText(one.triedAtMs),
    sentAt: instantText(one.sentAtMs),
    nextAt: state === "waiting" ? instantText(one.dueMs) : null,
  };
}

export const deliveryListMethod = method({
  name: "delivery.list",
  summary: "Reports that were sent, are to be, or could not be; the latest period first.",
  permission: "schedule.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({
    schedule: name.optional().describe("of this one alone"),
    states: z.array(z.enum(STATES)).min(1).max(STATES.length).optional(),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({ deliveries: z.array(delivery), nextCursor: z.string().optional() }),
  example: { states: ["waiting", "failed", "unknown"] },
  async run({ cursor: after, ...query }, { engine, caller }) {
    const { deliveries, next } = await engine.deliveries.list({ ...query, after }, caller);
    return {
      deliveries: deliveries.map(deliveryView),
      ...(next !== undefined && { nextCursor: next }),
    };
  },
});

export const resendMethod = method({
  name: "delivery.resend",
  summary:
    "Tries a delivery again that is unknown, failed or refused; a mail has the same Message-ID.",
  permission: "schedule.write",
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: z.strictObject({ delivery: name }),
  result: delivery,
  example: { delivery: "$unknownDelivery" },
  async run({ delivery: id }, { engine, caller }) {
    return engine.acts.noted(
      { by: caller, act: "delivery.resend", subject: id },
      {
        run: async () => deliveryView(await engine.deliveries.resend(id, caller)),
        after: ({ state }) => ({ state }),
      },
    );
  },
});
