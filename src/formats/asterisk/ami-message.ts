// A message of the Asterisk Manager Interface (AMI): lines of `Key: value` up to an empty line.

export interface AmiField {
  key: string;
  value: string;
}

export interface AmiMessage {
  /** In their order; keys may repeat. */
  fields: AmiField[];
  /** An empty line ended it. Without one its last value may be cut in the middle. */
  isWhole: boolean;
  /** The first line without a colon, where there is one. */
  oddLine?: string;
}

/** Lines end in CR LF, or in LF alone; a value begins behind the first colon, and a blank. */
export function readAmiMessage(text: string): AmiMessage {
  const fields: AmiField[] = [];
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  // Behind the last line end nothing follows.
  if (lines.at(-1) === "") lines.pop();
  const isWhole = lines.length > 0 && lines.at(-1) === "";
  let oddLine: string | undefined;
  for (const line of lines) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    if (colon < 0) {
      oddLine ??= line;
      continue;
    }
    const value = line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    fields.push({ key: line.slice(0, colon), value });
  }
  return { fields, isWhole, ...(oddLine === undefined ? {} : { oddLine }) };
}

/** The first value of a key, which is matched without regard to case. */
export function amiValue({ fields }: AmiMessage, key: string): string | undefined {
  return fields.find((field) => field.key.toLowerCase() === key)?.value;
}
