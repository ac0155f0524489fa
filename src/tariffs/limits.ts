// Bounds of a tariff folder, so that no check costs more than the length of its files.

export const TARIFF_LIMITS = {
  /** Files of a folder, and their bytes together. */
  files: 1_000,
  bytes: 512_000_000,
  /** Characters of tariff.yaml, and its colons, commas and hyphens: a setting or item has one. */
  settingsCharacters: 1_000_000,
  settingsSigns: 100_000,
  /** Time bands; dates that one of them names. */
  bands: 100,
  bandDates: 1_000,
  /** Columns of a table, and its rows. */
  columns: 256,
  rows: 5_000_000,
  /** Rows of a deck, and the rates that they stand for. */
  deckRows: 1_000_000,
  deckRates: 2_000_000,
} as const;
