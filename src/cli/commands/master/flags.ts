// Flags of the commands of master data, and how an entry is printed.
import { type Command, InvalidArgumentError } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { type ServiceOptions, serviceFlags } from "../../service-client.ts";

export interface EntryOptions extends ServiceOptions {
  tenant?: string;
  ifRevision?: number;
  json?: boolean;
}

const PARTS = ["person", "role", "mail", "phone", "address"] as const;
export type Contact = { [Part in (typeof PARTS)[number]]?: string };

/** `person=Anna Ruiz; mail=anna@example.com`. */
export function contactFlag(text: string): Contact {
  const pairs = text.split(";").map((pair) => pair.trim());
  const contact: Contact = {};
  for (const pair of pairs.filter((one) => one !== "")) {
    const at = pair.indexOf("=");
    const part = PARTS.find((one) => one === pair.slice(0, Math.max(at, 0)).trim());
    if (part === undefined) {
      throw new InvalidArgumentError(`${pair} is not PART=TEXT with one of ${PARTS.join(", ")}.`);
    }
    contact[part] = pair.slice(at + 1).trim();
  }
  return contact;
}

export const CONTACT_FORM = "`person=…; role=…; mail=…; phone=…; address=…`, each as wanted";

export function revisionFlag(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Not a revision, as the answers have it.");
}

export function entryFlags(command: Command): Command {
  return serviceFlags(command)
    .option("--tenant <tenant>", "else cgrates.org")
    .option("--json", "answer as JSON");
}

export function changeFlags(command: Command): Command {
  return entryFlags(command).option(
    "--if-revision <number>",
    "only where it is still at this revision; 0: only where it is new",
    revisionFlag,
  );
}

/** An empty text takes a member away. */
export function textOrNull(text: string | undefined): string | null | undefined {
  return text === "" ? null : text;
}

/** Without the members that were not given. */
export function given<Members extends object>(members: Members) {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as {
    [Member in keyof Members]?: Exclude<Members[Member], undefined>;
  };
}

/** A line for each member that is said. */
export function printEntry(entry: object, { output }: CommandParts): void {
  for (const [member, value] of Object.entries(entry)) {
    if (value === null) continue;
    output.print(`${member}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  }
}
