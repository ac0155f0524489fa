// The cookie of a session, and what a request must show before it counts.
import { engineError } from "../../errors.ts";

const NAME = "cdrate-session";

/** What of a request says that a page of this service sent it. */
export interface CookieFacts {
  cookie: string | undefined;
  contentType: string | undefined;
  /** `Sec-Fetch-Site`, which pages cannot set. */
  fetchSite: string | undefined;
  requestedWith: string | undefined;
}

/** The secret of the first cookie of our name; undefined: there is none. */
export function sessionSecret(cookie: string | undefined): string | undefined {
  if (cookie === undefined) return undefined;
  for (const part of cookie.split(";")) {
    const [name, value = ""] = part.trim().split("=");
    if (name === NAME) return value;
  }
  return undefined;
}

/**
 * A browser sends the cookie along with whatever any page makes it ask. No page of another site can
 * send JSON, or a header of its own, without asking first, which nobody here answers; and the browser
 * itself says which site a request comes from.
 * @throws `forbidden`
 */
export function requireOwnPage({ contentType, fetchSite, requestedWith }: CookieFacts): void {
  if (isJson(contentType) || requestedWith !== undefined || fetchSite === "same-origin") return;
  throw engineError("forbidden", "A session counts only in requests that no other site can make.", {
    hint: "Send Content-Type: application/json, or the header X-Requested-With.",
  });
}

export function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? "");
}

/** For `Set-Cookie`; without a secret the browser forgets it. */
export function cookieText(secret: string | null, isSecure: boolean, seconds: number): string {
  const age = secret === null ? 0 : seconds;
  const parts = [`${NAME}=${secret ?? ""}`, "Path=/", "HttpOnly", "SameSite=Strict"];
  return [...parts, `Max-Age=${age}`, ...(isSecure ? ["Secure"] : [])].join("; ");
}
