// Programs and their tokens: made, replaced, taken away, and asked for with each request.
import { randomBytes } from "node:crypto";
import { grantFault, scopeOf } from "../../access/grant.ts";
import type { Role } from "../../access/permissions.ts";
import { requireWhole, type Scope } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import {
  type AddressSet,
  createAddressSet,
  isAddressRange,
} from "../../mediation/address-range.ts";
import type { LoginRecord } from "../../stores/ports/people/logins.ts";
import type { Store } from "../../stores/store.ts";
import type { Acts } from "../acts.ts";
import type { Clock } from "../ports.ts";
import { createKnownLogins } from "./known-logins.ts";
import {
  type Program,
  type ProgramToken,
  programRecord,
  tokenRecord,
  toProgram,
  toToken,
} from "./program.ts";
import { secretHash } from "./secret-hash.ts";
import { coversGrant } from "./user.ts";
import type { By } from "./users.ts";

/** Every secret begins with it: one that is unknown is refused, never taken for a stranger's header. */
export const SECRET_PREFIX = "cdrate_";
const SECRET_BYTES = 32;
/** How often it is written that a token was used. */
const NOTE_EVERY_MS = 60_000;
/** How long ended tokens are still shown. */
const SHOWN_ENDED_MS = 30 * 86_400_000;
/** Tokens of one program that hold at once: those of a replacement under way, and one to spare. */
const MOST_TOKENS = 10;

export type ShownProgram = Program & { tokens: ProgramToken[] };

export interface Made {
  /** Shown only here. */
  secret: string;
  program: ShownProgram;
}

export interface CameBy {
  name: string;
  roles: readonly Role[];
  scope: Scope;
}

/** Made once for the requests of the next moments. */
interface KnownToken {
  record: LoginRecord;
  came: CameBy;
  /** Null: from every address. */
  allowed: AddressSet | null;
}

export interface Programs {
  /** A program with its first token. @throws `conflict` where the name is taken, `forbidden` */
  create(
    wanted: Omit<Program, "setAtMs" | "by"> & { endsMs: number | null },
    by: By,
  ): Promise<Made>;
  /**
   * A further token; those before it end `keepMs` later, or at their own end. @throws `not-found`,
   * `too-large` where it has as many as may hold at once
   */
  rotate(wanted: { name: string; keepMs: number; endsMs: number | null }, by: By): Promise<Made>;
  /** One token of the program, or the program with all of them. @throws `not-found` */
  revoke(wanted: { name: string; id?: string | undefined }, by: By): Promise<void>;
  /** By name. */
  list(
    page: { limit: number; after?: string | undefined },
    scope: Scope,
  ): Promise<{ programs: ShownProgram[]; next?: string }>;
  /** Null: the secret is unknown or has ended, or may not come from there. */
  of(secret: string, address: string): Promise<CameBy | null>;
  /** What the program of the name may do now; null: there is none. */
  grantOf(name: string): Promise<Program | null>;
  /** Long ended tokens go from the store. */
  sweep(): Promise<void>;
}

export interface ProgramsParts {
  store: Pick<Store, "logins">;
  acts: Acts;
  clock: Clock;
  /** Names that credentials of the settings have: what is owned by name must have one owner. */
  taken?: readonly string[] | undefined;
  /** Names of the extra fields that customers see. */
  customerFields?: readonly string[] | undefined;
}

const isOver = ({ endsMs }: ProgramToken, nowMs: number) => endsMs !== null && endsMs <= nowMs;

export function createPrograms(parts: ProgramsParts): Programs {
  const { clock, customerFields = [] } = parts;
  const { logins } = parts.store;
  const known = createKnownLogins<KnownToken>(() => performance.now());
  const shelf = createShelf(parts);

  async function lookUp(id: string) {
    const record = await logins.get({ kind: "token", name: id });
    const program = record === null ? null : await shelf.grantOf(record.owner);
    if (record === null || program === null) return null;
    const { name, roles, addresses } = program;
    return {
      record,
      came: { name, roles, scope: scopeOf(program, customerFields) },
      allowed: addresses.length === 0 ? null : createAddressSet(addresses),
    };
  }

  /** Another process may have noted it at the same time: one is enough. */
  async function noteUse(record: LoginRecord, address: string): Promise<void> {
    const token = toToken(record);
    const nowMs = clock();
    if (token.usedMs !== null && Math.abs(nowMs - token.usedMs) < NOTE_EVERY_MS) return;
    const used = { ...token, usedMs: nowMs, address };
    await logins.put(tokenRecord(record.owner, used, record.version + 1), record.version);
    known.forget();
  }

  return {
    grantOf: shelf.grantOf,
    create: creator(parts, shelf),
    ...changers(parts, shelf, known.forget),
    list: lister(parts, shelf),
    async of(secret, address) {
      const found = await known.get(secretHash(secret), lookUp);
      if (found === null) return null;
      const { record, came, allowed } = found;
      if (isOver(toToken(record), clock())) return null;
      if (allowed !== null && !allowed.has(address)) return null;
      await noteUse(record, address);
      return came;
    },
    async sweep() {
      await logins.removeEnded({ kind: "token", beforeMs: clock() - SHOWN_ENDED_MS });
    },
  };
}

type Shelf = ReturnType<typeof createShelf>;

/** The records of programs and tokens. */
function createShelf({ store: { logins }, clock }: Pick<ProgramsParts, "store" | "clock">) {
  async function grantOf(name: string): Promise<Program | null> {
    const found = await logins.get({ kind: "program", name });
    return found === null ? null : toProgram(found);
  }
  const tokensOf = (owner: string) => logins.list({ kind: "token", owner, limit: 1000 });
  return {
    grantOf,
    tokensOf,
    async shown(program: Program): Promise<ShownProgram> {
      const tokens = (await tokensOf(program.name)).map(toToken);
      return { ...program, tokens: tokens.toSorted((a, b) => a.madeMs - b.madeMs) };
    },
    /** @throws `not-found`, also for one that has more than the scope */
    async find(name: string, { scope }: Pick<By, "scope">): Promise<Program> {
      requireWhole(scope);
      const program = await grantOf(name);
      if (program !== null && coversGrant(scope, program)) return program;
      throw engineError("not-found", "There is no such program.", { path: "name" });
    },
    /** Answers the secret. */
    async addToken(owner: string, endsMs: number | null): Promise<string> {
      const secret = `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString("base64url")}`;
      const token = {
        id: secretHash(secret),
        madeMs: clock(),
        endsMs,
        usedMs: null,
        address: null,
      };
      await logins.put(tokenRecord(owner, token, 1), 0);
      return secret;
    },
  };
}

function creator(
  { store: { logins }, acts, clock, taken = [] }: ProgramsParts,
  { addToken, shown }: Shelf,
): Programs["create"] {
  return async ({ endsMs, ...wanted }, by) => {
    requireWhole(by.scope);
    const program: Program = { ...wanted, setAtMs: clock(), by: by.name };
    requireGrant(program, by.scope);
    requireLater(endsMs, clock());
    requireRanges(program.addresses);
    if (taken.includes(program.name)) throw nameTaken(program.name, "a credential of the settings");
    const run = async () => {
      if (!(await logins.put(programRecord(program), 0))) {
        throw nameTaken(program.name, "another program");
      }
      const secret = await addToken(program.name, endsMs);
      return { secret, program: await shown(program) };
    };
    const act = { by, act: "token.create", subject: program.name };
    return acts.noted(act, { run, after: (made) => made.program });
  };
}

function changers(
  { store, acts, clock }: ProgramsParts,
  { find, shown, tokensOf, addToken }: Shelf,
  changed: () => void,
): Pick<Programs, "rotate" | "revoke"> {
  const { logins } = store;
  return {
    async rotate({ name, keepMs, endsMs }, by) {
      const program = await find(name, by);
      requireLater(endsMs, clock());
      const run = async () => {
        const nowMs = clock();
        const before = await tokensOf(name);
        const holding = before.filter((one) => !isOver(toToken(one), nowMs));
        if (holding.length >= MOST_TOKENS) {
          throw engineError("too-large", `${name} has ${MOST_TOKENS} tokens that hold.`, {
            ...{ path: "name", hint: "Revoke one of them first, by its id." },
          });
        }
        // The new one first: a crash leaves one token too many, never none.
        const secret = await addToken(name, endsMs);
        for (const one of holding) await endAt(store, one.name, nowMs + keepMs);
        return { secret, program: await shown(program) };
      };
      const act = { by, act: "token.rotate", subject: name };
      const work = { look: () => shown(program), run, after: (made: Made) => made.program };
      return acts.noted(act, work).finally(changed);
    },
    async revoke({ name, id }, by) {
      const program = await find(name, by);
      const before = await shown(program);
      const tokens = before.tokens.filter((one) => id === undefined || one.id === id);
      if (id !== undefined && tokens.length === 0) {
        throw engineError("not-found", "The program has no such token.", { path: "id" });
      }
      const run = async () => {
        // The tokens before the program: a crash leaves a program that nobody comes as.
        for (const token of tokens) await logins.remove({ kind: "token", name: token.id });
        if (id === undefined) await logins.remove({ kind: "program", name });
        return id === undefined ? null : shown(program);
      };
      const act = { by, act: "token.revoke", subject: name };
      const work = { look: async () => before, run, after: (left: ShownProgram | null) => left };
      await acts.noted(act, work).finally(changed);
    },
  };
}

function lister({ store: { logins } }: ProgramsParts, { shown }: Shelf): Programs["list"] {
  return async ({ limit, after }, scope) => {
    requireWhole(scope);
    const programs: ShownProgram[] = [];
    let from = after;
    for (;;) {
      const found = await logins.list({ kind: "program", limit, ...(from && { after: from }) });
      for (const one of found.map(toProgram)) {
        if (coversGrant(scope, one)) programs.push(await shown(one));
      }
      from = found.at(-1)?.name;
      if (found.length < limit || programs.length >= limit) break;
    }
    const page = programs.slice(0, limit);
    const last = page.at(-1);
    return { programs: page, ...(programs.length >= limit && last && { next: last.name }) };
  };
}

/** No later than it ends already. Whoever uses it at that moment writes it too: it is read again. */
async function endAt({ logins }: Pick<Store, "logins">, id: string, endsMs: number): Promise<void> {
  for (;;) {
    const record = await logins.get({ kind: "token", name: id });
    if (record === null || (record.endsAtMs !== null && record.endsAtMs <= endsMs)) return;
    const ended = { ...record, version: record.version + 1, endsAtMs: endsMs };
    if (await logins.put(ended, record.version)) return;
  }
}

/** Nobody gives what they do not have. */
function requireGrant(program: Program, scope: Scope): void {
  const fault = grantFault(program);
  if (fault !== null) {
    throw engineError("invalid-params", `${fault.message}.`, { path: fault.path });
  }
  if (coversGrant(scope, program)) return;
  throw engineError("forbidden", "That program would have more than these credentials.", {
    path: "tenants",
  });
}

function requireRanges(addresses: readonly string[]): void {
  const at = addresses.findIndex((range) => !isAddressRange(range));
  if (at < 0) return;
  throw engineError("invalid-params", `addresses.${at}: not an IP address or CIDR range.`, {
    path: `addresses.${at}`,
  });
}

function requireLater(endsMs: number | null, nowMs: number): void {
  if (endsMs === null || endsMs > nowMs) return;
  throw engineError("invalid-params", "A token ends after now.", { path: "expires" });
}

function nameTaken(name: string, by: string): Error {
  return engineError("conflict", `${name} is the name of ${by} already.`, {
    ...{ path: "name", hint: "token.rotate gives a program a further token." },
  });
}
