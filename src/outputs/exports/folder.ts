// The folder that exports are written to: on this machine, beside the store unless the settings say otherwise.
import { createHash } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { ExportFolder } from "../../engine/exports/ports.ts";

/** Of exports alone: what else lies in the folder is left alone. */
const OWN = /^(\d{4}-\d\d-\d\dT\d{9}Z-[0-9a-f-]{36})(\.part)?$/;

export function createExportFolder(path: string, host: string = hostname()): ExportFolder {
  const fileOf = (name: string): string => {
    if (OWN.test(name)) return join(path, name);
    throw new RangeError("no name of an export");
  };
  return {
    host,
    async write(name, pieces, onPiece) {
      const file = fileOf(name);
      const part = `${file}.part`;
      const hash = createHash("sha256");
      let bytes = 0;
      await mkdir(path, { recursive: true, mode: 0o750 });
      const handle = await open(part, "w", 0o640);
      try {
        for await (const piece of pieces) {
          const chunk = typeof piece === "string" ? Buffer.from(piece, "utf8") : piece;
          hash.update(chunk);
          await handle.writeFile(chunk);
          bytes += chunk.length;
          onPiece(bytes);
        }
        await handle.sync();
      } catch (error) {
        await handle.close();
        await rm(part, { force: true });
        throw error;
      }
      await handle.close();
      await rename(part, file);
      const folder = await open(path, "r");
      await folder.sync().finally(() => folder.close());
      return { bytes, sha256: hash.digest("hex") };
    },
    async open(name, bytes) {
      const handle = await open(fileOf(name), "r").catch(absent);
      if (handle === null) return null;
      const { size } = await handle.stat();
      if (size === bytes) return handle.createReadStream();
      await handle.close();
      return null;
    },
    async remove(name) {
      const file = fileOf(name);
      for (const one of [file, `${file}.part`]) await rm(one, { force: true });
    },
    async list() {
      const names = (await readdir(path).catch(absent)) ?? [];
      const ids = names.flatMap((name) => OWN.exec(name)?.[1] ?? []);
      return [...new Set(ids)];
    },
  };
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
