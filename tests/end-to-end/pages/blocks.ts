// The commands of a page and what it prints below them. A block is run when its fence says `sh` and
// nothing else (`sh not-run` is for the reader alone); a `text` block right behind it is the output.

export interface CommandBlock {
  commands: string[];
  /** What the last of them prints, as the page has it. */
  output?: string;
}

const FENCE = /^```([^\n]*)\n(.*?)^```$/gms;

/** One command a line; a line that ends in a backslash goes on in the next. */
function commandsOf(text: string): string[] {
  return text
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

export function commandBlocks(page: string): CommandBlock[] {
  const fences = [...page.matchAll(FENCE)];
  return fences.flatMap((fence, index) => {
    const [whole, language = "", text = ""] = fence;
    if (language !== "sh") return [];
    const next = fences[index + 1];
    const between = page.slice((fence.index ?? 0) + whole.length, next?.index);
    const isOutput = next?.[1] === "text" && between.trim() === "";
    return [{ commands: commandsOf(text), ...(isOutput ? { output: next?.[2] ?? "" } : {}) }];
  });
}

const ANY = "\u0000";
/** Ids, hashes, versions and times are others each time. */
const CHANCE = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{16,64}\b|\b[0-9a-f]+…/g;

/**
 * A pattern of the output: ids and hashes may be any, `…` in a line stands for any text, and alone
 * in a line for any lines.
 */
export function outputPattern(output: string): RegExp {
  const lines = output
    .trimEnd()
    .split("\n")
    .map((line) => {
      if (line.trim() === "…") return "(?:.*\n)*?.*";
      const text = line.trimEnd().replace(CHANCE, ANY).replaceAll("…", ANY);
      return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(ANY, ".*");
    });
  return new RegExp(`^${lines.join("\n")}$`, "m");
}
