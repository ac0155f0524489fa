// Finds the reference data beside the project; without it its tests are skipped, loudly.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../shared/reference/", import.meta.url));

export function hasReference(path: string): boolean {
  const found = existsSync(ROOT + path);
  if (!found)
    process.stderr.write(`SKIPPED: no ../shared/reference/${path}; its tests do not run\n`);
  return found;
}

export function referenceText(path: string): string {
  return readFileSync(ROOT + path, "utf8");
}

/** The CSV files of a folder by their paths in it. */
export function referenceFolder(path: string): Record<string, string> {
  const names = readdirSync(ROOT + path, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    names
      .filter((name) => name.endsWith(".csv"))
      .map((name) => [name.replaceAll("\\", "/"), referenceText(`${path}/${name}`)]),
  );
}

/** Folders below a path, at any depth, that hold CSV files of their own. */
export function referenceFolders(path: string): string[] {
  const entries = readdirSync(ROOT + path, { recursive: true, encoding: "utf8" });
  const csvFolders = entries
    .filter((name) => name.endsWith(".csv"))
    .map((name) => name.replaceAll("\\", "/").split("/").slice(0, -1).join("/"));
  return [...new Set(csvFolders)].sort();
}
