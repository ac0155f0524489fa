// HTTP Basic: each user and password is compared by scrypt once, then by a keyed hash in memory.
import { createHmac, randomBytes } from "node:crypto";
import type { Credential } from "../../config/config.ts";
import { decoyHash, passwordMatches } from "../../engine/people/password-hash.ts";
import type { Clock, Log } from "../../engine/ports.ts";
import { engineError } from "../../errors.ts";
import { createPasswordLine, type Later, type TryOutcome } from "./password-line.ts";

/** Tries since the start of the process, by what became of them; those known already not counted. */
export type PasswordCounts = Record<TryOutcome["result"], number>;

export interface Passwords {
  /**
   * The credential of `user:password`; undefined for a wrong one.
   * @throws EngineError `too-busy` when its turn to be compared did not come
   */
  verify(userAndPassword: string, address: string): Promise<Credential | undefined>;
  counts(): PasswordCounts;
}

export interface PasswordsParts {
  credentials: readonly Credential[];
  clock: Clock;
  later: Later;
  log: Log;
  /** The slow comparison, for tests; scrypt when not given. */
  matches?: (password: string, stored: string) => Promise<boolean>;
}

/** Of a user name only this much is logged. */
export const LOGGED_CHARACTERS = 64;

export function createPasswords(parts: PasswordsParts): Passwords {
  const { credentials, log, matches = passwordMatches } = parts;
  const line = createPasswordLine(parts);
  const users = new Map(
    credentials
      .toReversed()
      .flatMap((entry) => (entry.user === undefined ? [] : [[entry.user, entry] as const])),
  );
  /** Compared in place of a user that does not exist, so that both take the same time. */
  const decoy = decoyHash();
  const key = randomBytes(32);
  /** Holds right ones only: no more than there are credentials. */
  const known = new Map<string, Credential>();
  const underWay = new Map<string, Promise<Credential | undefined>>();
  const counts: PasswordCounts = { right: 0, wrong: 0, "no-turn": 0 };

  async function compare(text: string, hash: string, address: string) {
    const colon = text.indexOf(":");
    const user = text.slice(0, colon);
    const entry = users.get(user);
    const stored = entry?.passwordScrypt ?? decoy;
    const outcome = await line.join({
      address,
      user,
      check: async () =>
        known.has(hash) || ((await matches(text.slice(colon + 1), stored)) && entry !== undefined),
    });
    counts[outcome.result] += 1;
    if (outcome.result === "right" && entry !== undefined) {
      known.set(hash, entry);
      return entry;
    }
    if (outcome.result === "no-turn") throw noTurn();
    if (outcome.result === "wrong") {
      const { failures, delayMs } = outcome;
      const facts = { address, user: user.slice(0, LOGGED_CHARACTERS), failures, delayMs };
      log.warn(facts, "a wrong password, or a user that does not exist");
    }
    return undefined;
  }

  return {
    async verify(text, address) {
      if (!text.includes(":")) return undefined;
      const hash = createHmac("sha256", key).update(text).digest("base64");
      const seen = known.get(hash);
      if (seen !== undefined) return seen;
      // A switch that starts sends the same password many times at once: compared once.
      const place = `${address} ${hash}`;
      const found = underWay.get(place);
      if (found !== undefined) return found;
      const started = compare(text, hash, address).finally(() => underWay.delete(place));
      underWay.set(place, started);
      return started;
    },
    counts: () => ({ ...counts }),
  };
}

function noTurn(): Error {
  return engineError("too-busy", "The password could not be compared in time.", {
    hint: "Send it again later. After three wrong passwords an address waits, longer each time.",
  });
}
