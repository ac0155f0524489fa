// Deliveries as the scope of whoever asks may see them, and those that are sent again by hand.
import type { Asking } from "../../access/owner.ts";
import { engineError } from "../../errors.ts";
import type { DeskEntry, DeskStore } from "../../stores/ports/billing/desk.ts";
import { shownPage } from "../desk-pages.ts";
import type { Clock } from "../ports.ts";
import { type Delivery, type DeliveryState, deliveryOf, toBody } from "./model.ts";
import { isSeen } from "./seen.ts";

export interface DeliveryView extends Delivery {
  id: string;
  /** When something is done with it next; null: nothing is. */
  dueMs: number | null;
}

export interface Deliveries {
  /** The latest period first. */
  list(
    query: {
      limit: number;
      after?: string | undefined;
      schedule?: string | undefined;
      states?: readonly DeliveryState[] | undefined;
    },
    by: Asking,
  ): Promise<{ deliveries: DeliveryView[]; next?: string }>;
  /** Tries one again that was given up, refused, or may have been taken. @throws `not-found`, `conflict` */
  resend(id: string, by: Asking): Promise<DeliveryView>;
}

export function createDeliveries({
  store: { desk },
  clock,
}: {
  store: { desk: DeskStore };
  clock: Clock;
}): Deliveries {
  return {
    async list({ schedule, states, ...page }, by) {
      const isShown = (entry: DeskEntry) => {
        const delivery = deliveryOf(entry);
        return (
          isSeen(delivery.owner, by) &&
          (schedule === undefined || delivery.schedule === schedule) &&
          (states === undefined || states.includes(delivery.state))
        );
      };
      const query = { kind: "delivery" as const, descending: true, ...page };
      const { shown, ...next } = await shownPage(desk, query, isShown);
      return { deliveries: shown.map(deliveryView), ...next };
    },
    async resend(id, by) {
      const entry = await desk.get({ kind: "delivery", id });
      if (entry === null || !isSeen(deliveryOf(entry).owner, by)) {
        throw engineError("not-found", `There is no delivery ${id}.`, { path: "id" });
      }
      const delivery = deliveryOf(entry);
      const { state } = delivery;
      if (state !== "unknown" && state !== "failed" && state !== "refused") {
        throw engineError("conflict", `The delivery is ${state}.`, {
          hint: "Only one that is unknown, failed or refused is sent again by hand.",
        });
      }
      const again: DeskEntry = {
        ...{ ...entry, version: entry.version + 1, dueMs: clock() },
        body: toBody({ ...delivery, state: "waiting", tries: 0 }),
      };
      if (await desk.update(again, entry.version)) return deliveryView(again);
      throw engineError("conflict", "The delivery was changed at the same time.");
    },
  };
}

export function deliveryView(entry: DeskEntry): DeliveryView {
  return { ...deliveryOf(entry), id: entry.id, dueMs: entry.dueMs };
}
