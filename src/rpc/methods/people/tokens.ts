// JSON-RPC: programs and the tokens by which they come.
import { z } from "zod";
import { ROLES } from "../../../access/permissions.ts";
import type { ShownProgram } from "../../../engine/people/programs.ts";
import { method } from "../../method.ts";
import { cursor, instant, name, pageLimit } from "../../shapes.ts";

const HOUR_MS = 3_600_000;
/** A year: whoever needs longer has two programs. */
const MOST_KEEP_HOURS = 8760;

const programName = z
  .string()
  .regex(/^[\p{L}\p{N}._@+-]{1,64}$/u, "1 to 64 letters, digits and . _ @ + -")
  .describe("Name of the program: 1 to 64 letters, digits and . _ @ + -");
const account = z.union([name, z.strictObject({ tenant: name, account: name })]);
const expires = instant
  .optional()
  .describe("When the token ends; absent: it holds until it is revoked or replaced.");
const tokenId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "64 hex digits")
  .describe("As `token.list` names it.");

const shown = z.object({
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  tenants: z.array(z.string()),
  accounts: z.array(account).nullable(),
  seesBuy: z.boolean(),
  addresses: z.array(z.string()).describe("the only ones that it may come from; empty: every one"),
  setAt: z.string(),
  by: z.string(),
  tokens: z.array(
    z.object({
      id: z.string().describe("names the token, and is not its secret"),
      made: z.string(),
      expires: z.string().nullable(),
      used: z.string().nullable().describe("used last, to the minute; null: never"),
      address: z.string().nullable().describe("where from"),
    }),
  ),
});
const made = z.object({
  secret: z.string().describe("shown only now"),
  program: shown,
});

const timeText = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());

function view(program: ShownProgram): z.input<typeof shown> {
  const { name: own, roles, tenants, accounts, seesBuy, addresses, setAtMs, by, tokens } = program;
  return {
    ...{ name: own, roles: [...roles], tenants: [...tenants], by, addresses: [...addresses] },
    accounts: accounts === undefined ? null : [...accounts],
    seesBuy: seesBuy ?? !roles.includes("customer"),
    setAt: timeText(setAtMs) ?? "",
    tokens: tokens.map(({ id, madeMs, endsMs, usedMs, address }) => ({
      ...{ id, made: timeText(madeMs) ?? "", expires: timeText(endsMs) },
      ...{ used: timeText(usedMs), address },
    })),
  };
}

const changing = { writes: true, heavy: false, permission: "token.write" } as const;

export const createTokenMethod = method({
  name: "token.create",
  summary: "Makes a program with its first token; the secret is shown only now.",
  ...changing,
  errors: ["conflict", "forbidden", "store-unavailable"],
  params: z.strictObject({
    name: programName,
    roles: z
      .array(z.enum(ROLES))
      .min(1)
      .max(ROLES.length)
      .describe("What the program may do; customer alone."),
    tenants: z.array(name).min(1).max(1000).describe("Tenants of the program; `*`: every one."),
    accounts: z
      .array(account)
      .min(1)
      .max(1000)
      .optional()
      .describe("Of the one tenant, or each with its tenant; absent: every account."),
    seesBuy: z.boolean().optional().describe("True when not said, except for a customer."),
    addresses: z
      .array(name)
      .max(100)
      .default([])
      .describe("The only addresses that it may come from, IP or CIDR; empty: every one."),
    expires,
  }),
  result: made,
  example: {
    name: "billing",
    roles: ["read"],
    tenants: ["cgrates.org"],
    addresses: ["10.0.0.0/8"],
  },
  async run({ expires: endsMs = null, ...wanted }, { engine, caller }) {
    const { secret, program } = await engine.people.programs.create({ ...wanted, endsMs }, caller);
    return { secret, program: view(program) };
  },
});

export const rotateTokenMethod = method({
  name: "token.rotate",
  summary: "Gives a program another token; those before it hold for some hours beside it.",
  ...changing,
  errors: ["not-found", "too-large", "forbidden", "store-unavailable"],
  params: z.strictObject({
    name: programName,
    keepHours: z
      .number()
      .min(0)
      .max(MOST_KEEP_HOURS)
      .default(24)
      .describe("How long the tokens before it still hold; 0: they end now."),
    expires,
  }),
  result: made,
  example: { name: "billing", keepHours: 1 },
  async run({ name: own, keepHours, expires: endsMs = null }, { engine, caller }) {
    const wanted = { name: own, keepMs: keepHours * HOUR_MS, endsMs };
    const { secret, program } = await engine.people.programs.rotate(wanted, caller);
    return { secret, program: view(program) };
  },
});

export const revokeTokenMethod = method({
  name: "token.revoke",
  summary:
    "Ends one token of a program, or the program with all of them: in this process at once, in others within 2 seconds.",
  ...changing,
  errors: ["not-found", "forbidden", "store-unavailable"],
  params: z.strictObject({ name: programName, id: tokenId.optional() }),
  result: z.object({ revoked: z.string() }),
  example: { name: "billing" },
  async run(wanted, { engine, caller }) {
    await engine.people.programs.revoke(wanted, caller);
    return { revoked: wanted.id ?? wanted.name };
  },
});

export const listTokensMethod = method({
  name: "token.list",
  summary: "Programs with their tokens, by name; those of the settings file are not among them.",
  permission: "token.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({ programs: z.array(shown), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const { programs, next } = await engine.people.programs.list({ limit, after }, caller.scope);
    return { programs: programs.map(view), ...(next !== undefined && { nextCursor: next }) };
  },
});
