// One try of one delivery. `sending` is stored before a line is opened, and what became of it after: a
// process that dies between leaves a delivery of which nobody knows, and says so.
import { createHash } from "node:crypto";
import { type Asking, ownerText } from "../../access/owner.ts";
import { engineError } from "../../errors.ts";
import type { DeskEntry, DeskStore } from "../../stores/ports/billing/desk.ts";
import type { Store } from "../../stores/store.ts";
import type { Mailer } from "../mailing/mail.ts";
import { requireMailer } from "../mailing/mail.ts";
import type { Parcel, Target } from "../mailing/target.ts";
import type { Clock, Log } from "../ports.ts";
import { type ContentParts, contentOf } from "./content.ts";
import { type Delivery, type DeliverySettings, deliveryOf, type Owner, toBody } from "./model.ts";
import { rightsNow } from "./rights.ts";
import type { Content } from "./tables.ts";
import { type Occurrence, writtenFile, writtenMail } from "./write.ts";

export interface CarryParts extends ContentParts, DeliverySettings {
  store: { desk: DeskStore } & Pick<Store, "logins">;
  clock: Clock;
  log: Log;
  mailer: Mailer | null;
}

type Became = {
  outcome: "sent" | "not-taken" | "refused" | "unknown";
  answer?: string;
  fault?: string;
  messageId?: string;
  againMs?: number;
};

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Beyond the longest conversation: then its process is gone, or as good as. */
const MARGIN_MS = 60_000;

/** Twice as long after each try: a minute to an hour. */
function pauseMs(tries: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, tries - 1), LONGEST_PAUSE_MS);
}

/** The part before the @ of its Message-ID, and the id of a parcel: by schedule, period and receiver alone. */
function keyOfDelivery(id: string): string {
  return createHash("sha256").update(`delivery ${id}`).digest("hex").slice(0, 40);
}

/** What is made ready before anything is stored. */
interface Ready {
  longestMs: number;
  send(signal: AbortSignal): Promise<Became>;
}

/** Does what is to be done with a delivery that is due; another process may be first. */
export async function carry(
  parts: CarryParts,
  entry: DeskEntry,
  signal: AbortSignal,
): Promise<void> {
  const delivery = deliveryOf(entry);
  if (delivery.state === "sending") return void (await afterSilence(parts, entry));
  let ready: Ready;
  try {
    ready = await readyOf(parts, entry, signal);
  } catch (error) {
    if (signal.aborted) return;
    const fault = error instanceof Error ? error.message : String(error);
    await note(parts, entry, { outcome: "not-taken", fault }, delivery.tries + 1);
    return;
  }
  const triedAtMs = parts.clock();
  const sending: DeskEntry = {
    ...entry,
    version: entry.version + 1,
    dueMs: triedAtMs + ready.longestMs + MARGIN_MS,
    body: toBody({
      ...delivery,
      state: "sending",
      tries: delivery.tries + 1,
      triedAtMs,
      fault: null,
    }),
  };
  if (!(await parts.store.desk.update(sending, entry.version))) return;
  const became = await ready.send(signal);
  await note(parts, sending, became, delivery.tries + 1);
}

/** Nobody said what became of it, and whoever sent it had time to. */
async function afterSilence(parts: CarryParts, entry: DeskEntry): Promise<void> {
  const { to, tries } = deliveryOf(entry);
  const fault = "whoever sent it ended before its answer was stored";
  // A folder and a webhook know it by its name or id when it comes again.
  const outcome = to.kind === "mail" ? "unknown" : "not-taken";
  await note(parts, entry, { outcome, fault }, tries);
}

async function note(
  parts: CarryParts,
  entry: DeskEntry,
  became: Became,
  tries: number,
): Promise<boolean> {
  const { store, clock, log } = parts;
  const delivery = deliveryOf(entry);
  const now = clock();
  const isAgain =
    became.outcome === "not-taken" || (became.outcome === "unknown" && parts.resendUnknown);
  const isLast = tries >= parts.tries;
  const state = isAgain
    ? isLast
      ? became.outcome === "unknown"
        ? "unknown"
        : "failed"
      : "waiting"
    : (became.outcome as "sent" | "refused" | "unknown");
  const next: Delivery = {
    ...delivery,
    ...{ state, tries, answer: became.answer ?? null, fault: became.fault ?? null },
    messageId: became.messageId ?? delivery.messageId,
    sentAtMs: state === "sent" ? now : null,
  };
  const dueMs = state === "waiting" ? now + Math.max(pauseMs(tries), became.againMs ?? 0) : null;
  const facts = { delivery: entry.id, schedule: delivery.schedule, state, fault: next.fault };
  if (state === "sent") log.info(facts, "a report was sent");
  else log.warn(facts, "a report was not sent, or is not known to be");
  const noted = { ...entry, version: entry.version + 1, dueMs, body: toBody(next) };
  return store.desk.update(noted, entry.version);
}

async function readyOf(parts: CarryParts, entry: DeskEntry, signal: AbortSignal): Promise<Ready> {
  const delivery = deliveryOf(entry);
  const { to, owner, told, period, zone, schedule, every, format } = delivery;
  const scope = await rightsNow(parts, owner);
  if (scope === null) {
    const who = owner.user === undefined ? `credential ${owner.credential}` : `user ${owner.user}`;
    throw engineError("forbidden", `The ${who} is gone, or may not send reports any more.`);
  }
  const occurrence = { schedule, every, period, zone };
  const by = { ...ownerAsking(owner), scope };
  const content = await contentOf(parts, { told, period, zone, by }, { scope, signal });
  if (to.kind === "mail") return mailReady(parts, entry, { content, occurrence });
  const target = targetOf(parts.targets, to);
  const file = await writtenFile(content, format, occurrence);
  const parcel: Parcel = {
    ...{ id: keyOfDelivery(entry.id), schedule, report: delivery.report },
    period: { from: iso(period.fromMs), to: iso(period.toMs) },
    ...{ fileName: file.name, content: file.content, answer: content.answer },
  };
  return { longestMs: target.longestMs, send: (ends) => target.deliver(parcel, ends) };
}

/** Whoever set it asks, as it is told. */
function ownerAsking(owner: Owner): Omit<Asking, "scope"> {
  const { credential, user } = owner;
  const asker = user === undefined ? { credential } : { credential, user: { name: user } };
  return { ...asker, name: ownerText(owner) };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

async function mailReady(
  parts: CarryParts,
  entry: DeskEntry,
  { content, occurrence }: { content: Content; occurrence: Occurrence },
): Promise<Ready> {
  const { to, format } = deliveryOf(entry);
  if (to.kind !== "mail") throw new TypeError("it is no mail");
  const mailer = requireMailer(parts.mailer);
  const written = writtenMail(content, to.to, occurrence);
  const file = format === "html" ? null : await writtenFile(content, format, occurrence);
  const mail = {
    ...written,
    to: mailer.addressOf(to.to.address, "to"),
    language: to.to.language,
    files: file === null ? [] : [file],
    key: keyOfDelivery(entry.id),
    dateMs: parts.clock(),
  };
  return { longestMs: mailer.longestMs, send: (ends) => mailer.send(mail, ends) };
}

/** @throws `not-found` for a target that the settings do not have any more */
function targetOf(
  targets: readonly Target[],
  { kind, name }: { kind: "folder" | "webhook"; name: string },
): Target {
  const found = targets.find((one) => one.kind === kind && one.name === name);
  if (found !== undefined) return found;
  throw engineError("not-found", `The settings have no ${kind} ${name} for schedules.`);
}
