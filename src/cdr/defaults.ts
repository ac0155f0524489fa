// What a record that does not say gets, as in CGRateS.

export const DEFAULT_TENANT = "cgrates.org";
export const DEFAULT_CATEGORY = "call";
export const DEFAULT_TOR = "*voice";
export const DEFAULT_REQUEST_TYPE = "*rated";
export const DEFAULT_DIRECTION = "*out";

/** ISO 4217's code for "no currency": nothing says one. */
export const NO_CURRENCY = "XXX";
