// Price-change notices: a preview, and mails that go out once for each notice, account, version and receiver.
import { createHash } from "node:crypto";
import { type Asking, ownerOf } from "../../../access/owner.ts";
import type { Scope } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import type { DeskEntry, DeskStore } from "../../../stores/ports/billing/desk.ts";
import { type Mailer, requireMailer } from "../../mailing/mail.ts";
import type { Receiver } from "../../mailing/mailing.ts";
import { type DeliveryView, deliveryView } from "../deliveries.ts";
import { type Delivery, type DeliverySettings, type Format, toBody } from "../model.ts";
import { writtenMail } from "../write.ts";
import { contentOfPrices } from "./content.ts";
import { type NoticeAsked, type PinnedNotice, pinnedNotice } from "./pinned.ts";
import { noticePrices, type PriceNotice, type PriceParts } from "./prices.ts";

export interface NoticePreview extends PriceNotice {
  notice: PinnedNotice;
  /** Of every row: what `expected` of the sending names. */
  hash: string;
  subject: string;
  text: string;
  html: string;
}

export interface NoticeWanted extends NoticeAsked {
  /** With account and version it is what a notice is known by. */
  name: string;
  to: string;
  receivers: Receiver[];
  format: Format;
  /** Hash of a preview: nothing is sent where it says anything else now. */
  expected?: string | undefined;
}

export interface Notices {
  /** What a mail would say; nothing is sent or stored. @throws as `pinnedNotice` and `noticePrices` */
  preview(asked: NoticeAsked, to: Omit<Receiver, "address">, scope: Scope): Promise<NoticePreview>;
  /**
   * Makes the deliveries; each is sent once, however often this is asked. No row: none is made.
   * @throws as `preview`; `not-supported` without mail in the settings, `invalid-params` for an address,
   * `conflict` where the notice was begun about something else, is not as `expected`, or is over long ago
   */
  send(
    wanted: NoticeWanted,
    by: Asking,
  ): Promise<{ hash: string; rows: number; deliveries: DeliveryView[] }>;
}

interface Parts extends PriceParts, Pick<DeliverySettings, "deliveryDays"> {
  mailer: Mailer | null;
}

/** Kept for ever under notice, account and version, so that what it says and its ids stay. */
interface Begun {
  name: string;
  notice: PinnedNotice;
  atMs: number;
}

const DAY_MS = 86_400_000;

export function createNotices(parts: Parts): Notices {
  const { desk } = parts.store;
  return {
    async preview(asked, { language, zone }, scope) {
      const notice = await pinnedNotice(parts, asked, scope);
      const prices = await noticePrices(parts, notice, { scope });
      const occurrence = { ...occurrenceOf(notice), schedule: "preview", zone: prices.zone };
      const content = contentOfPrices(notice, prices);
      const { subject, text, html } = writtenMail(content, { language, zone }, occurrence);
      return { ...prices, notice, hash: hashOf(prices), subject, text, html };
    },
    async send(wanted, by) {
      const { name, to, account, tenant } = wanted;
      const key = { kind: "notice" as const, id: sha256([name, tenant, account, to]) };
      const there = begunOf(await desk.get(key));
      const known = { from: there?.notice.from, startMs: there?.notice.startMs };
      const asked = {
        ...wanted,
        from: wanted.from ?? known.from,
        startMs: wanted.startMs ?? known.startMs,
      };
      const fresh = await pinnedNotice(parts, asked, by.scope);
      if (there !== null) requireSame(there.notice, fresh, name);
      const notice = there?.notice ?? fresh;
      const prices = await noticePrices(parts, notice, { scope: by.scope });
      const hash = hashOf(prices);
      if (wanted.expected !== undefined && wanted.expected !== hash) throw notExpected();
      const rows = prices.rows.length;
      if (rows === 0) return { hash, rows, deliveries: [] };
      const addresses = requireReceivers(parts.mailer, wanted.receivers);
      const begun = there ?? (await begin(desk, key, { name, notice, atMs: parts.clock() }));
      requireSame(begun.notice, fresh, name);
      if (parts.clock() - begun.atMs > parts.deliveryDays * DAY_MS) throw tooLate();
      const made = wanted.receivers.map((receiver, index) =>
        deliveryOf(
          begun,
          { ...wanted, zone: prices.zone },
          {
            receiver: { ...receiver, address: addresses[index] ?? receiver.address },
            by,
          },
        ),
      );
      for (const entry of made) await desk.put(entry);
      const stored = await Promise.all(made.map((entry) => desk.get(entry)));
      const deliveries = stored.flatMap((entry) => (entry === null ? [] : [deliveryView(entry)]));
      return { hash, rows, deliveries };
    },
  };
}

/** Whoever is second finds what the first one stored. */
async function begin(
  desk: DeskStore,
  key: Pick<DeskEntry, "kind" | "id">,
  begun: Begun,
): Promise<Begun> {
  const body = JSON.parse(JSON.stringify(begun)) as DeskEntry["body"];
  await desk.put({ ...key, version: 1, dueMs: null, body });
  return begunOf(await desk.get(key)) ?? begun;
}

function begunOf(entry: DeskEntry | null): Begun | null {
  return entry === null ? null : (entry.body as unknown as Begun);
}

/** The days of calls are counted back from the first time, so that only their number can differ. */
function requireSame(begun: PinnedNotice, fresh: PinnedNotice, name: string): void {
  const length = ({ called }: PinnedNotice) =>
    called === null ? null : called.toMs - called.fromMs;
  const isSame =
    begun.from === fresh.from && begun.startMs === fresh.startMs && length(begun) === length(fresh);
  if (isSame) return;
  throw engineError(
    "conflict",
    `The notice ${name} to this account was begun about other prices: from ${begun.from}, ${new Date(begun.startMs).toISOString()}.`,
    { path: "notice", hint: "Give another name." },
  );
}

function requireReceivers(mailer: Mailer | null, receivers: readonly Receiver[]): string[] {
  const seen = new Set<string>();
  return receivers.map(({ address }, index) => {
    const path = `receivers[${index}]`;
    const checked = requireMailer(mailer).addressOf(address, `${path}.address`);
    if (seen.has(checked.toLowerCase())) {
      throw engineError("invalid-params", `${path} is a receiver that is named before.`, { path });
    }
    seen.add(checked.toLowerCase());
    return checked;
  });
}

function occurrenceOf({ startMs }: PinnedNotice) {
  return { every: "day" as const, period: { fromMs: startMs, toMs: startMs } };
}

/** By notice, tenant, account, version and receiver, so that there is one; its Message-ID follows from it. */
function deliveryOf(
  { name, notice, atMs }: Begun,
  { format, zone }: { format: Format; zone: string },
  { receiver, by }: { receiver: Receiver; by: Asking },
): DeskEntry {
  const { tenants } = by.scope;
  const delivery: Delivery = {
    ...{ schedule: name, report: "prices", format, zone },
    told: { kind: "prices", notice },
    ...occurrenceOf(notice),
    to: { kind: "mail", to: receiver },
    owner: { ...ownerOf(by), tenants: tenants === null ? null : [...tenants] },
    ...{ state: "waiting", tries: 0, createdAtMs: atMs, triedAtMs: null, sentAtMs: null },
    ...{ messageId: null, answer: null, fault: null },
  };
  const { tenant, account, to } = notice;
  const whose = sha256(["prices", name, tenant, account, to, receiver.address.toLowerCase()]);
  const id = `${new Date(atMs).toISOString()}-${whose.slice(0, 24)}`;
  return { kind: "delivery", id, version: 1, dueMs: atMs, body: toBody(delivery) };
}

function hashOf({ rows }: PriceNotice): string {
  return sha256(rows);
}

function sha256(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function notExpected(): Error {
  return engineError("conflict", "The notice is not as it was in the preview.", {
    path: "expected",
    hint: "Look at notice.preview again.",
  });
}

function tooLate(): Error {
  return engineError("conflict", "The notice went out before the days that deliveries are kept.", {
    path: "notice",
    hint: "Give another name.",
  });
}
