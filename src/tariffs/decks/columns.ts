// The columns of a native deck.

export const DECK_COLUMNS = [
  "prefix",
  "destination",
  "rate",
  "connect_fee",
  "first_interval",
  "next_interval",
  "minimum_seconds",
  "grace_seconds",
  "from_second",
  "band",
  "effective_from",
  "effective_to",
  "status",
  "minimum_amount",
  "maximum_amount",
  "caller_prefix",
  "tor",
  "unit_seconds",
  "interval_price",
] as const;

export type DeckColumn = (typeof DECK_COLUMNS)[number];
