// Files that are too big for one call: announced with their hash, sent in parts, kept until they are
// used or expire. A part that was stored is not sent again, whatever ended the sending.
import { createHash } from "node:crypto";
import { engineError } from "../../errors.ts";
import type { Upload } from "../../stores/ports/imports/uploads.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";
import { createKeptFiles, HOUR_MS, type KeptFiles, partCount } from "./kept.ts";

export interface UploadLimits {
  /** Bytes of one file. */
  uploadBytes: number;
  /** Bytes of all files that are kept. */
  uploadsBytes: number;
  /** Hours that a file is kept after its last part, or after it was asked for last. */
  uploadHours: number;
  /** Bytes of one request; a part is sent as base64. */
  bodyBytes: number;
}

export interface UploadState extends Upload {
  /** Numbers of the parts that are not there yet. */
  missing: number[];
}

export interface Uploads extends KeptFiles {
  /**
   * Announces a file, or finds the one of this hash that the same sender announced before.
   * @throws `too-large`, `too-busy` where too much is kept already
   */
  begin(file: { hash: string; bytes: number; name: string }, by: string): Promise<UploadState>;
  /** @throws `not-found`, `invalid-params` for a part that the file does not have */
  part(id: string, part: { number: number; bytes: Uint8Array }, by: string): Promise<void>;
  /** @throws `not-found`, `conflict` while parts are missing or where their hash is another one */
  end(id: string, by: string): Promise<UploadState>;
  /** A whole file of this sender. @throws `not-found`, `conflict` where it is not whole */
  whole(id: string, by: string): Promise<Upload>;
}

const LARGEST_PART = 1_000_000;
/** Names of members and blanks of a request beside the part. */
const BESIDE_PART = 2000;

export function createUploads(parts: {
  store: Pick<Store, "uploads">;
  clock: Clock;
  limits: UploadLimits;
}): Uploads {
  const { store, clock, limits } = parts;
  const { uploads } = store;
  const partBytes = Math.min(LARGEST_PART, Math.floor(((limits.bodyBytes - BESIDE_PART) * 3) / 4));
  const kept = createKeptFiles(parts);
  const untilMs = () => clock() + limits.uploadHours * HOUR_MS;

  async function own(id: string, by: string): Promise<Upload> {
    const found = await uploads.get(id);
    if (found !== null && found.by === by) return found;
    throw engineError("not-found", `There is no upload ${id}; it may have expired.`, {
      path: "upload",
    });
  }

  async function stateOf(upload: Upload): Promise<UploadState> {
    const there = new Set(await uploads.partNumbers(upload.id));
    const numbers = Array.from({ length: partCount(upload) }, (_none, number) => number);
    return { ...upload, missing: numbers.filter((number) => !there.has(number)) };
  }

  async function requireRoom(bytes: number): Promise<void> {
    const { uploadBytes, uploadsBytes } = limits;
    if (bytes > uploadBytes) {
      throw engineError("too-large", `The file has ${bytes} bytes; the limit is ${uploadBytes}.`, {
        path: "bytes",
        hint: "Pack it with gzip, split it, or raise limits.uploadBytes.",
      });
    }
    if ((await uploads.totalBytes()) + bytes <= uploadsBytes) return;
    throw engineError("too-busy", `Uploads of ${uploadsBytes} bytes are kept already.`, {
      hint: "Import what was uploaded, wait until some expire, or raise limits.uploadsBytes.",
    });
  }

  return {
    ...kept,
    async begin({ hash, bytes, name }, by) {
      const id = createHash("sha256").update(`${by}\0${hash}\0${bytes}`).digest("hex");
      const found = await uploads.get(id);
      const expiresAtMs = untilMs();
      if (found !== null) {
        await uploads.update({ id, state: found.state, expiresAtMs });
        return stateOf({ ...found, expiresAtMs });
      }
      await requireRoom(bytes);
      const upload: Upload = { id, hash, bytes, partBytes, name, by, state: "open", expiresAtMs };
      // Another call may have announced it meanwhile: both send the same parts.
      await uploads.put(upload);
      return stateOf(upload);
    },
    async part(id, { number, bytes }, by) {
      const upload = await own(id, by);
      const length = partLength(upload, number);
      if (length === bytes.length) {
        if (upload.state === "open") await uploads.putPart(id, number, bytes);
        await uploads.update({ ...upload, expiresAtMs: untilMs() });
        return;
      }
      const what =
        length === 0 ? "is none of the file" : `has ${length} bytes, not ${bytes.length}`;
      throw engineError("invalid-params", `Part ${number} ${what}.`, { path: "number" });
    },
    async end(id, by) {
      const state = await stateOf(await own(id, by));
      if (state.state === "whole") return state;
      if (state.missing.length > 0) {
        const few = state.missing.slice(0, 1000);
        throw engineError("conflict", `${state.missing.length} parts are missing.`, {
          path: "upload",
          data: { missing: few },
        });
      }
      const hash = await kept.hashOf(id);
      if (hash !== state.hash) {
        await uploads.drop(id);
        throw engineError("conflict", `The parts have the hash ${hash}, not ${state.hash}.`, {
          path: "upload",
          hint: "Begin again: the parts were dropped.",
        });
      }
      const whole = { ...state, state: "whole" as const };
      await uploads.update(whole);
      return whole;
    },
    async whole(id, by) {
      const upload = await own(id, by);
      if (upload.state === "whole") return upload;
      throw engineError("conflict", "The upload is not whole; end it first.", { path: "upload" });
    },
  };
}

/** Bytes that a part must have; 0: the file has no such part. */
function partLength(upload: Upload, number: number): number {
  const { bytes, partBytes } = upload;
  return Math.max(0, Math.min(partBytes, bytes - number * partBytes));
}
