// What the three formats of a Grandstream UCM have in common: each takes a body of any of them.
import type { Format } from "../format.ts";
import { ucmPieces } from "./pieces.ts";

export const UCM_BASE: Omit<Format, "read"> = {
  kind: "ucm",
  paths: [],
  queryIsRecord: false,
  byRpc: false,
  duplicatesBy: "billed-facts",
  pieces: ucmPieces,
};
