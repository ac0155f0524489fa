// What keeps web pages and proxies away from a service without credentials.
import { engineError } from "../../errors.ts";

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Headers that a proxy, a load balancer or a content network adds on the way: whoever sends one is
 * not on this machine, whatever the peer's address says. RFC 7230 (Via), RFC 7239 (Forwarded),
 * RFC 8586 (CDN-Loop), and the names that nginx, Cloudflare, Akamai, Fastly, Envoy, Azure, Google
 * and others document for the client's address.
 */
const PROXY_HEADERS =
  /^(via|forwarded|forwarded-for|cdn-loop|client-ip|cluster-client-ip|true-client-ip|remote-addr|remote-ip|z-forwarded-for|fastly-.*|cf-.*|fly-.*|ali-cdn-.*|proxy-.*|x-(forwarded|real-ip|real-port|client-ip|cluster-client-ip|original-|originating-|proxyuser-ip|proxy-|remote-|envoy-|azure-|arr-|appengine-|cloud-trace|amzn-|amz-cf-|vercel-|akamai-|sucuri-|coming-from|true-client).*)$/;

/** What of a request says who sent it. */
export interface RequestFacts {
  authorization: string | undefined;
  /** Where it came from: see `clientAddress`. */
  address: string;
  origin: string | undefined;
  referer: string | undefined;
  fetchSite: string | undefined;
  /** Names and values of all request headers, in turn, as they came. */
  rawHeaders: readonly string[];
}

export interface Guard {
  /** Only programs of this machine: no page, no proxy, no other name. @throws `forbidden` */
  againstStrangers(request: RequestFacts): void;
  /** No page of another site. @throws `forbidden` */
  againstPages(request: RequestFacts): void;
  /** No page but of the host that the request itself names. @throws `forbidden` */
  againstOtherSites(request: RequestFacts): void;
}

/** @param names further names that a Host header may carry */
export function createGuard(names: readonly string[]): Guard {
  const hosts = new Set([...LOOPBACK_HOSTS, ...names.map((host) => host.toLowerCase())]);

  function requireSite(request: RequestFacts, isOurs: (page: URL) => boolean): void {
    const { origin, referer, fetchSite } = request;
    if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") {
      throw engineError("forbidden", "A web page of another site sent this request.");
    }
    if (origin === undefined && referer === undefined) return;
    for (const [name, text] of Object.entries({ Origin: origin, Referer: referer })) {
      if (text === undefined) continue;
      const page = URL.canParse(text) ? new URL(text) : null;
      if (page !== null && /^https?:$/.test(page.protocol) && isOurs(page)) continue;
      throw engineError("forbidden", `The page that ${name} names is not of this service.`);
    }
  }

  function requireOwnSite(request: RequestFacts, named: readonly string[]): void {
    // Another port of this machine is another service, whose pages anybody may have written.
    requireSite(request, (page) => page.host === hostAt(page.protocol, named[0]));
    // More than one means that somebody reads another than we do.
    if (named.length > 1) {
      throw engineError("forbidden", "A request names one Host; this one names several.");
    }
  }

  return {
    againstPages: (request) => requireSite(request, (page) => hosts.has(page.hostname)),
    againstOtherSites: (request) => requireOwnSite(request, headersOf(request).hosts),
    againstStrangers(request) {
      const { hosts: named, forwarded } = headersOf(request);
      requireOwnSite(request, named);
      const host = hostName(named[0] ?? "");
      if (!hosts.has(host)) {
        throw engineError("forbidden", `The Host "${host}" is not known here.`, {
          hint: "Call it by localhost or 127.0.0.1, or name the host under `hosts` in the settings.",
        });
      }
      if (forwarded !== undefined) {
        throw engineError("forbidden", `A request with ${forwarded} came through a proxy.`, {
          hint: "Set credentials before a proxy may forward to this service.",
        });
      }
    },
  };
}

type HeaderKind = "host" | "proxy" | "other";

/** Of names as they were sent: clients send the same few again and again. */
const kinds = new Map<string, HeaderKind>();
const MOST_KINDS = 1000;

function kindOf(sent: string): HeaderKind {
  const known = kinds.get(sent);
  if (known !== undefined) return known;
  const name = sent.toLowerCase();
  const kind = name === "host" ? "host" : PROXY_HEADERS.test(name) ? "proxy" : "other";
  if (kinds.size >= MOST_KINDS) kinds.clear();
  kinds.set(sent, kind);
  return kind;
}

/** Every `Host`, and the name of the first header of a proxy. */
function headersOf({ rawHeaders }: RequestFacts): { hosts: string[]; forwarded?: string } {
  const hosts: string[] = [];
  let forwarded: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    const kind = kindOf(name);
    if (kind === "host") hosts.push(rawHeaders[at + 1] ?? "");
    else if (kind === "proxy") forwarded ??= name.toLowerCase();
  }
  return forwarded === undefined ? { hosts } : { hosts, forwarded };
}

/** A Host header as a URL has it: without the port that the protocol has anyway. */
function hostAt(protocol: string, host = ""): string | null {
  const url = `${protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : null;
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
