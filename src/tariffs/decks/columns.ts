// The columns of a native deck: a foreign one may have them all.
import { NATIVE_FIELDS, type NativeField } from "../../tables/deck/fields.ts";

export const DECK_COLUMNS = NATIVE_FIELDS;
export type DeckColumn = NativeField;
