// Who came lately, in memory: a request of a session or a token does not ask the store each time.

/** How long a login is believed: what another process revokes holds here no longer than that. */
export const KNOWN_MS = 2000;
/** Logins that are remembered, about 10 MB; the oldest go first. */
const MOST_KNOWN = 10_000;

export interface KnownLogins<Login> {
  /** Asks `lookUp` where it is not known, once for all that ask at the same time. */
  get(key: string, lookUp: (key: string) => Promise<Login | null>): Promise<Login | null>;
  /** Everything: what this process changed holds at once. */
  forget(): void;
}

/** @param now milliseconds of a clock that nobody sets */
export function createKnownLogins<Login>(now: () => number): KnownLogins<Login> {
  const known = new Map<string, { login: Login; untilMs: number }>();
  let underWay = new Map<string, Promise<Login | null>>();
  return {
    async get(key, lookUp) {
      const found = known.get(key);
      if (found !== undefined && now() < found.untilMs) return found.login;
      const others = underWay;
      const asked = others.get(key);
      if (asked !== undefined) return asked;
      const untilMs = now() + KNOWN_MS;
      const asking = lookUp(key).finally(() => others.delete(key));
      others.set(key, asking);
      const login = await asking;
      known.delete(key);
      // What was read before something changed is not kept.
      if (login === null || others !== underWay) return login;
      known.set(key, { login, untilMs });
      if (known.size > MOST_KNOWN) {
        const [oldest] = known.keys();
        if (oldest !== undefined) known.delete(oldest);
      }
      return login;
    },
    forget() {
      known.clear();
      underWay = new Map();
    },
  };
}
