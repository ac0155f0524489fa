// Texts in HTML: whatever a record holds is shown, never run.

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Safe between tags and within double quotes. */
export function htmlText(text: string): string {
  return text.replace(/[&<>"]/g, (found) => ENTITIES[found] ?? "");
}
