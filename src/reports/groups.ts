// The reports by a key: each is one declaration of this table.
import type { Outcome } from "../cdr/rating.ts";
import type { GroupKey } from "../queries/group-keys.ts";
import { causeClass, causeCode, causeWord } from "./causes.ts";
import type { SortFigure } from "./figures.ts";

type Named = Record<string, string | number | boolean | null>;

export interface GroupReport {
  name: string;
  /** What it answers, as the documents say it. */
  summary: string;
  keys: readonly GroupKey[];
  /** The order where none is asked for. */
  sort: { by: SortFigure; descending: boolean };
  /** It tells of the buy side: for those alone who see it. */
  tellsOfBuy?: true;
  /** Only records of these, unless the filter names others. */
  outcomes?: readonly Outcome[];
  /** The keys of a row from those of the store; rows that are equal then are one. */
  shown?(keys: Named): Named;
}

const BUSIEST = { by: "cdrs", descending: true } as const;
const LOSSES_FIRST = { by: "margin", descending: false } as const;

export const GROUP_REPORTS = [
  {
    name: "countries",
    summary: "Traffic by country of the destination.",
    keys: ["country"],
    sort: BUSIEST,
  },
  {
    name: "destinations",
    summary: "Traffic by destination name of the row that priced it.",
    keys: ["destination"],
    sort: BUSIEST,
  },
  {
    name: "prefixes",
    summary: "Traffic by the prefix that priced it.",
    keys: ["prefix", "destination"],
    sort: BUSIEST,
  },
  {
    name: "accounts",
    summary: "Traffic by tenant and account.",
    keys: ["tenant", "account"],
    sort: BUSIEST,
  },
  {
    name: "carriers",
    summary: "Traffic and quality by carrier of the buy side.",
    keys: ["carrier"],
    sort: BUSIEST,
    tellsOfBuy: true,
  },
  {
    name: "gateways",
    summary: "Traffic and quality by carrier and gateway of the buy side.",
    keys: ["carrier", "gateway"],
    sort: BUSIEST,
    tellsOfBuy: true,
  },
  {
    name: "sources",
    summary: "Traffic by configured source.",
    keys: ["source"],
    sort: BUSIEST,
  },
  {
    name: "causes",
    summary: "Records by disconnect cause, with its Q.850 code, word and class.",
    keys: ["disconnectCause"],
    sort: BUSIEST,
    shown: (keys) => ({ ...keys, ...causeOf(keys) }),
  },
  {
    name: "disconnects",
    summary: "Records by hour of the week and class of the disconnect cause.",
    keys: ["hourOfWeek", "disconnectCause"],
    sort: BUSIEST,
    shown: (keys) => ({ hourOfWeek: keys["hourOfWeek"] ?? null, class: causeOf(keys).class }),
  },
  {
    name: "directions",
    summary: "Traffic inbound, outbound, internal and external.",
    keys: ["callDirection"],
    sort: BUSIEST,
  },
  {
    name: "margins",
    summary: "Margins by tenant and account, losses first.",
    keys: ["tenant", "account"],
    sort: LOSSES_FIRST,
    tellsOfBuy: true,
  },
  {
    name: "losses",
    summary: "Where money is lost: margins by account, destination and carrier, losses first.",
    keys: ["tenant", "account", "destination", "carrier"],
    sort: LOSSES_FIRST,
    tellsOfBuy: true,
  },
  {
    name: "unrated",
    summary: "Records that a side has no price for, by reason and account.",
    keys: ["outcome", "reason", "tenant", "account"],
    sort: BUSIEST,
    tellsOfBuy: true,
    outcomes: ["unrated", "partial"],
  },
  {
    name: "rates",
    summary: "Rates used: traffic by plan and prefix of the row that priced it.",
    keys: ["plan", "prefix", "destination"],
    sort: BUSIEST,
  },
] as const satisfies readonly GroupReport[];

export type GroupReportName = (typeof GROUP_REPORTS)[number]["name"];

function causeOf({ disconnectCause }: Named) {
  const cause = typeof disconnectCause === "string" ? disconnectCause : null;
  return { code: causeCode(cause), word: causeWord(cause), class: causeClass(cause) };
}
