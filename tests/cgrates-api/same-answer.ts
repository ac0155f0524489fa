// Whether two answers are the same in everything that does not vary between two recordings of the engine.

const VARIES = "(varies)";

interface Step {
  name: string;
  /** `[*]`, `[order]`, `{keys}`, `<json>`. */
  marks: string[];
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape.
type Value = any;

/** The answer with each varying part in one form: equal texts are the same answer. */
export function comparable(body: string | null, volatile: readonly string[]): string {
  const text = body ?? "";
  const lines = text.split("\n").filter((line) => line !== "");
  if (volatile.includes("@lines[order]")) return lines.toSorted().join("\n");
  if (volatile.length === 0 || lines.length !== 1) return text;
  let value: Value;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  // What varies within goes first; then names and orders, the innermost of them first.
  const rules = volatile.map(stepsOf).toSorted((a, b) => rank(a) - rank(b) || b.length - a.length);
  for (const steps of rules) value = applied(value, steps);
  return JSON.stringify(value);
}

function stepsOf(rule: string): Step[] {
  return rule.split(".").map((part) => {
    const [, name = "", marks = ""] =
      /^(.*?)((?:\[\*\]|\[order\]|\{keys\}|<json>)*)$/.exec(part) ?? [];
    return { name, marks: marks.match(/\[\*\]|\[order\]|\{keys\}|<json>/g) ?? [] };
  });
}

function rank(steps: readonly Step[]): number {
  const last = steps.at(-1)?.marks.at(-1);
  return last === "[order]" ? 2 : last === "{keys}" ? 1 : 0;
}

function applied(value: Value, [step, ...rest]: Step[]): Value {
  if (step === undefined) return VARIES;
  if (typeof value !== "object" || value === null) return value;
  const names = step.name === "*" ? Object.keys(value) : [step.name];
  for (const name of names) {
    if (!(name in value)) continue;
    value[name] = marked(value[name], step.marks, rest);
  }
  return value;
}

function marked(value: Value, [mark, ...marks]: string[], rest: Step[]): Value {
  if (mark === undefined) return applied(value, rest);
  if (mark === "<json>") {
    return marked(typeof value === "string" ? parsed(value) : value, marks, rest);
  }
  if (mark === "[*]") {
    return Array.isArray(value) ? value.map((one) => marked(one, marks, rest)) : value;
  }
  if (mark === "[order]") return Array.isArray(value) ? sorted(value) : value;
  // The names vary: what remains are the values.
  return isObject(value) ? sorted(Object.values(value)) : value;
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: Value): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(values: Value[]): Value[] {
  return values.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
