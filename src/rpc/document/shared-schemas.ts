// The schemas that several methods share, written once under `components.schemas`.

export type JsonSchema = Record<string, unknown>;

const PLACE = "#/components/schemas/";
const AS_ZOD_WRITES = '"$ref":"#/$defs/';

/** The id of the shared schema that one stands for. */
export function referredId({ $ref }: JsonSchema): string | undefined {
  return typeof $ref === "string" ? $ref.slice(PLACE.length) : undefined;
}

/** Takes the declarations with an `id` out of each schema; the schemas refer to them. */
export class SharedSchemas {
  /** As JSON text, which is made by one function: the same declaration is the same text. */
  readonly #texts = new Map<string, string>();

  /**
   * A schema as zod writes it, without its `$defs`.
   * @throws Error where two different declarations have one `id`, or one is read and answered differently.
   */
  take(written: object): JsonSchema {
    const text = JSON.stringify(written).replaceAll(AS_ZOD_WRITES, `"$ref":"${PLACE}`);
    const { $defs = {}, ...schema } = JSON.parse(text) as JsonSchema & {
      $defs?: Record<string, JsonSchema>;
    };
    for (const [id, shared] of Object.entries($defs)) {
      const itsText = JSON.stringify(shared);
      if ((this.#texts.get(id) ?? itsText) !== itsText) {
        throw new Error(`two schemas have the id ${id}`);
      }
      this.#texts.set(id, itsText);
    }
    return schema;
  }

  /** By id, sorted. */
  all(): Record<string, JsonSchema> {
    const sorted = [...this.#texts].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([id, text]) => [id, JSON.parse(text)]));
  }
}
