// Repairs the lossy double encoding of mod_json_cdr (encode=true with encode-values=true): one
// form decoding turns the inner %22 and %0D%0A into raw quotes and line ends inside the strings of
// `variables`. Only what can be told apart for certain is repaired.

const VARIABLES = '"variables":{';
const MEMBER_START = /"([^"\\,:{}[\]]{1,256})":"/y;
/** A quote after which the next member or the end of `variables` follows. */
const VALUE_END = /"(?=,"[^"\\,:{}[\]]{1,256}":"|\}(?:\}$|,"[^"\\,:{}[\]]{1,256}":[{[]))/g;

/** Whether a text has variables in the spelling that the switch's own JSON has. */
export function hasPlainVariables(text: string): boolean {
  return text.includes(VARIABLES);
}

/**
 * The text with the strings of `variables` escaped anew, or null where a value could end in more
 * than one place: a quote without its partner, or a name that comes twice.
 */
export function repairLossyText(text: string): string | null {
  const marker = text.indexOf(VARIABLES);
  if (marker < 0) {
    return null;
  }
  const members: string[] = [];
  const names = new Set<string>();
  let at = marker + VARIABLES.length;
  for (;;) {
    const member = readMember(text, at);
    if (member === null || names.has(member.name)) {
      return null;
    }
    names.add(member.name);
    members.push(`${JSON.stringify(member.name)}:${JSON.stringify(member.value)}`);
    at = member.end;
    if (text[at] === "}") {
      break;
    }
    at += 1;
  }
  return `${text.slice(0, marker)}${VARIABLES}${members.join(",")}${text.slice(at)}`;
}

interface Member {
  name: string;
  value: string;
  /** The place after the closing quote. */
  end: number;
}

function readMember(text: string, at: number): Member | null {
  MEMBER_START.lastIndex = at;
  const name = MEMBER_START.exec(text)?.[1];
  if (name === undefined) {
    return null;
  }
  const start = MEMBER_START.lastIndex;
  VALUE_END.lastIndex = start;
  const end = VALUE_END.exec(text)?.index;
  if (end === undefined) {
    return null;
  }
  const value = text.slice(start, end);
  return (value.split('"').length - 1) % 2 === 0 ? { name, value, end: end + 1 } : null;
}
