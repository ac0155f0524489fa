// What the sniffer could not tell.

export interface Doubt {
  /** Member of the dialect that an answer is, `map.FIELD`, or `deck.MEMBER`. */
  code: string;
  question: string;
  /** The proposed one first. */
  answers: (string | number | boolean)[];
}
