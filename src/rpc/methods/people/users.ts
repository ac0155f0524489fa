// JSON-RPC: users and what they are signed in by.
import { z } from "zod";
import { ROLES } from "../../../access/permissions.ts";
import type { ShownSession } from "../../../engine/people/sessions.ts";
import type { ShownUser } from "../../../engine/people/users.ts";
import { isZone, LANGUAGES } from "../../../reports/language/languages.ts";
import { method } from "../../method.ts";
import { cursor, name, pageLimit } from "../../shapes.ts";

const userName = z
  .string()
  .regex(/^[\p{L}\p{N}._@+-]{1,64}$/u, "1 to 64 letters, digits and . _ @ + -")
  .describe("Name of the user: 1 to 64 letters, digits and . _ @ + -");
const password = z
  .string()
  .min(10)
  .max(256)
  .describe("10 to 256 characters. Kept as scrypt, shown to nobody.");
const account = z.union([name, z.strictObject({ tenant: name, account: name })]);

const rights = {
  roles: z
    .array(z.enum(ROLES))
    .min(1)
    .max(ROLES.length)
    .describe("What the user may do; customer alone."),
  tenants: z.array(name).min(1).max(1000).describe("Tenants of the user; `*`: every one."),
  accounts: z
    .array(account)
    .min(1)
    .max(1000)
    .nullable()
    .describe("Of the one tenant, or each with its tenant; null: every account."),
};
const profile = {
  mail: z.email().max(254).nullable().describe("Mail address; null: none."),
  language: z
    .enum(LANGUAGES)
    .nullable()
    .describe("Of what the user is shown and sent; null: none is said."),
  timeZone: name
    .refine(isZone, "an IANA zone, e.g. Europe/Madrid")
    .nullable()
    .describe("IANA zone of the user; null: none is said."),
};

const shown = z.object({
  name: z.string(),
  ...{ roles: z.array(z.enum(ROLES)), tenants: z.array(z.string()) },
  accounts: rights.accounts,
  seesBuy: z.boolean(),
  ...{ mail: z.string().nullable(), language: z.string().nullable() },
  timeZone: z.string().nullable(),
  active: z.boolean(),
  hasPassword: z.boolean(),
  lastSignIn: z.string().nullable(),
  setAt: z.string(),
  by: z.string(),
});

const timeText = (atMs: number) => new Date(atMs).toISOString();

function view(user: ShownUser): z.input<typeof shown> {
  const { roles, tenants, accounts, seesBuy, lastSignInMs, setAtMs, ...same } = user;
  return {
    ...same,
    ...{ roles: [...roles], tenants: [...tenants] },
    accounts: accounts === undefined ? null : [...accounts],
    seesBuy: seesBuy ?? !roles.includes("customer"),
    lastSignIn: lastSignInMs === null ? null : timeText(lastSignInMs),
    setAt: timeText(setAtMs),
  };
}

const changing = {
  writes: true,
  heavy: false,
  permission: "user.write",
} as const;
const reading = {
  writes: false,
  repeatable: true,
  heavy: false,
  permission: "user.read",
} as const;
const own = z.strictObject({ name: userName });

export const setUserMethod = method({
  name: "user.set",
  summary:
    "Makes a user or changes one: members that are left out stay as they are; a new one needs roles and tenants.",
  ...changing,
  errors: ["forbidden", "conflict", "store-unavailable"],
  params: z.strictObject({
    name: userName,
    roles: rights.roles.optional(),
    tenants: rights.tenants.optional(),
    accounts: rights.accounts.optional(),
    seesBuy: z.boolean().optional().describe("True when not said, except for a customer."),
    mail: profile.mail.optional(),
    language: profile.language.optional(),
    timeZone: profile.timeZone.optional(),
    active: z.boolean().optional().describe("False: cannot sign in, and what is signed in ends."),
    password: password.optional(),
  }),
  result: shown,
  example: { name: "anna", roles: ["read"], tenants: ["cgrates.org"], language: "es" },
  async run(change, { engine, caller }) {
    return view(await engine.people.users.set(change, caller));
  },
});

export const getUserMethod = method({
  name: "user.get",
  summary: "A user.",
  ...reading,
  errors: ["not-found", "forbidden", "store-unavailable"],
  params: own,
  result: shown,
  example: { name: "anna" },
  async run({ name: one }, { engine, caller }) {
    return view(await engine.people.users.get(one, caller.scope));
  },
});

export const listUsersMethod = method({
  name: "user.list",
  summary: "The users, by name.",
  ...reading,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({ users: z.array(shown), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const { users, next } = await engine.people.users.list({ limit, after }, caller.scope);
    return { users: users.map(view), ...(next === undefined ? {} : { nextCursor: next }) };
  },
});

export const passwordMethod = method({
  name: "user.password",
  summary: "Gives a user another password; whatever the user is signed in by ends.",
  ...changing,
  errors: ["not-found", "forbidden", "conflict", "store-unavailable"],
  params: z.strictObject({ name: userName, password }),
  result: shown,
  example: { name: "anna", password: "a long example" },
  async run({ name: one, password: next }, { engine, caller }) {
    return view(await engine.people.users.setPassword(one, next, caller));
  },
});

export const removeUserMethod = method({
  name: "user.remove",
  summary: "Removes a user; whatever the user is signed in by ends.",
  ...changing,
  errors: ["not-found", "forbidden", "store-unavailable"],
  params: own,
  result: z.object({ removed: z.string() }),
  example: { name: "anna" },
  async run({ name: one }, { engine, caller }) {
    await engine.people.users.remove(one, caller);
    return { removed: one };
  },
});

const session = z.object({
  id: z.string().describe("Names the session, and is not what it is held by."),
  user: z.string(),
  began: z.string(),
  seen: z.string().describe("Used last, to the minute."),
  ends: z.string(),
  address: z.string(),
});

function sessionView({ id, user, beganMs, seenMs, endsMs, address }: ShownSession) {
  const times = { began: timeText(beganMs), seen: timeText(seenMs), ends: timeText(endsMs) };
  return { id, user, ...times, address };
}

export const listSessionsMethod = method({
  name: "session.list",
  summary: "Sessions that hold, of one user or of all.",
  ...reading,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject({
    user: userName.optional().describe("Sessions of this user alone; absent: of all."),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({ sessions: z.array(session), nextCursor: z.string().optional() }),
  example: {},
  async run({ user, limit, cursor: after }, { engine, caller }) {
    const page = { user, limit, after };
    const { sessions, next } = await engine.people.sessions.list(page, caller.scope);
    const shownSessions = sessions.map(sessionView);
    return { sessions: shownSessions, ...(next === undefined ? {} : { nextCursor: next }) };
  },
});

export const revokeSessionMethod = method({
  name: "session.revoke",
  summary: "Ends a session: in this process at once, in others within 2 seconds.",
  ...changing,
  errors: ["not-found", "forbidden", "store-unavailable"],
  params: z.strictObject({
    id: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "64 hex digits")
      .describe("As `session.list` names it."),
  }),
  result: z.object({ revoked: z.string() }),
  example: { id: "0".repeat(64) },
  async run({ id }, { engine, caller }) {
    await engine.people.sessions.revoke(id, caller);
    return { revoked: id };
  },
});
