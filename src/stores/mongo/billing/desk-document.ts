// A schedule, a delivery or a saved search, as MongoDB has it.
export interface DeskDocument {
  /** `KIND:ID`: a range of keys is a page. */
  _id: string;
  version: number;
  kind: string;
  due: Date | null;
  /** JSON text: names of members may be any. */
  body: string;
}
