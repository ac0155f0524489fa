// The log of admin acts: whoever changes what is not a call leaves a line with before and after.
import { randomUUID } from "node:crypto";
import type { Json } from "../cdr/json.ts";
import type { AdminAct } from "../stores/ports/log.ts";
import type { Store } from "../stores/store.ts";
import type { Clock } from "./ports.ts";

export interface ActOf {
  /** Name of whoever does it. */
  by: string;
  /** As the method is named. */
  act: string;
  subject: string;
  /** Whose it is; null: nobody's. */
  tenant?: string | null;
}

export interface Acts {
  /**
   * Does the work and notes it, with what `look` says before it and after it; `after` makes the latter
   * of the result instead. The answer waits for the line. Work that throws changed nothing, and has
   * none. Of members that hold secrets the values are left out.
   */
  noted<Result>(
    act: ActOf,
    work: {
      look?: () => Promise<unknown>;
      run: () => Promise<Result>;
      after?: (result: Result) => unknown;
      /** Whose it was, where only the result says so. */
      tenantOf?: (result: Result) => string | null;
    },
  ): Promise<Result>;
  /** The latest first; `before`: those before this one. */
  page(query: { limit: number; before?: { atMs: number; id: string } }): Promise<AdminAct[]>;
}

export function createActs({ store, clock }: { store: Store; clock: Clock }): Acts {
  /** Acts of this process so far: those of one instant stay in their order. */
  let count = 0;
  return {
    async noted({ by, act, subject, tenant = null }, { look, run, after, tenantOf }) {
      const before = (await look?.()) ?? null;
      const result = await run();
      const now = after === undefined ? ((await look?.()) ?? null) : after(result);
      count += 1;
      await store.log.append({
        id: `${String(count).padStart(12, "0")}-${randomUUID()}`,
        atMs: clock(),
        ...{ by, act, subject },
        tenant: tenantOf?.(result) ?? tenant,
        before: withoutSecrets(before),
        after: withoutSecrets(now),
      });
      return result;
    },
    page: (query) => store.log.page(query),
  };
}

const SECRET = /token|secret|password|authorization|credential|privatekey/i;

/** As JSON, members with such names shown without their values. */
function withoutSecrets(value: unknown): Json {
  const text = JSON.stringify(value ?? null, (name, member: unknown) =>
    SECRET.test(name) && member !== null && typeof member !== "boolean" ? "(not shown)" : member,
  );
  return JSON.parse(text) as Json;
}
