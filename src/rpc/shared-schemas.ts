// The schemas that several methods share, written once under `components.schemas`.

import { isDeepStrictEqual } from "node:util";

export type JsonSchema = Record<string, unknown>;

const PLACE = "#/components/schemas/";
const AS_ZOD_WRITES = '"$ref":"#/$defs/';

/** The id of the shared schema that one stands for. */
export function referredId({ $ref }: JsonSchema): string | undefined {
  return typeof $ref === "string" ? $ref.slice(PLACE.length) : undefined;
}

/** Takes the declarations with an `id` out of each schema; the schemas refer to them. */
export class SharedSchemas {
  readonly #schemas = new Map<string, JsonSchema>();

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
      const known = this.#schemas.get(id);
      if (known !== undefined && !isDeepStrictEqual(known, shared)) {
        throw new Error(`two schemas have the id ${id}`);
      }
      this.#schemas.set(id, shared);
    }
    return schema;
  }

  /** By id, sorted. */
  all(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
