// Files in parts as the store keeps them: read, kept longer, dropped.
import { createHash } from "node:crypto";
import { engineError } from "../../errors.ts";
import { ownTurn } from "../../event-loop.ts";
import type { Upload } from "../../stores/ports/imports/uploads.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";
import type { Pieces } from "./content.ts";

export interface KeptFiles {
  /** The bytes of a whole file. @throws `not-found` where it expired */
  pieces(id: string): Pieces;
  /** sha256 hex of its parts, one after the other. */
  hashOf(id: string): Promise<string>;
  /** Keeps a file at least so long from now on. */
  keep(id: string, hours: number): Promise<void>;
  drop(id: string): Promise<void>;
  /** Removes what expired; called again and again by a service. */
  sweep(): Promise<void>;
}

export const HOUR_MS = 3_600_000;

export function createKeptFiles({
  store: { uploads },
  clock,
}: {
  store: Pick<Store, "uploads">;
  clock: Clock;
}): KeptFiles {
  async function* pieces(id: string): AsyncGenerator<Uint8Array, void> {
    const upload = await uploads.get(id);
    if (upload === null) throw gone(id);
    for (let number = 0; number < partCount(upload); number += 1) {
      const part = await uploads.getPart(id, number);
      if (part === null) throw gone(id);
      yield part;
    }
  }

  return {
    pieces,
    async hashOf(id) {
      const hash = createHash("sha256");
      for await (const piece of pieces(id)) {
        hash.update(piece);
        await ownTurn();
      }
      return hash.digest("hex");
    },
    async keep(id, hours) {
      const upload = await uploads.get(id);
      if (upload === null) return;
      const expiresAtMs = Math.max(upload.expiresAtMs, clock() + hours * HOUR_MS);
      await uploads.update({ ...upload, expiresAtMs });
    },
    drop: (id) => uploads.drop(id),
    async sweep() {
      for (;;) {
        const ids = await uploads.expired(clock());
        for (const id of ids) await uploads.drop(id);
        if (ids.length === 0) return;
      }
    },
  };
}

export function partCount({ bytes, partBytes }: Upload): number {
  return Math.ceil(bytes / partBytes);
}

function gone(id: string): Error {
  return engineError("not-found", `The upload ${id} is gone; it expired, or was used.`, {
    path: "upload",
  });
}
