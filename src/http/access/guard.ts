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
  /** Every `Host` header: more than one means that somebody reads another than we do. */
  hosts: readonly string[];
  origin: string | undefined;
  referer: string | undefined;
  fetchSite: string | undefined;
  /** Names of all request headers, in lower case. */
  headerNames: readonly string[];
}

export interface Guard {
  /** Only programs of this machine: no page, no proxy, no other name. @throws `forbidden` */
  againstStrangers(request: RequestFacts): void;
  /** No page of another site. @throws `forbidden` */
  againstPages(request: RequestFacts): void;
}

/** @param names further names that a Host header may carry */
export function createGuard(names: readonly string[]): Guard {
  const hosts = new Set([...LOOPBACK_HOSTS, ...names.map((host) => host.toLowerCase())]);

  function requireSite(request: RequestFacts, isOurs: (page: URL) => boolean): void {
    const { origin, referer, fetchSite } = request;
    if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") {
      throw engineError("forbidden", "A web page of another site sent this request.");
    }
    for (const [name, text] of Object.entries({ Origin: origin, Referer: referer })) {
      if (text === undefined) continue;
      const page = URL.canParse(text) ? new URL(text) : null;
      if (page !== null && /^https?:$/.test(page.protocol) && isOurs(page)) continue;
      throw engineError("forbidden", `The page that ${name} names is not of this service.`);
    }
  }

  return {
    againstPages: (request) => requireSite(request, (page) => hosts.has(page.hostname)),
    againstStrangers(request) {
      // Another port of this machine is another service, whose pages anybody may have written.
      requireSite(request, (page) => page.host === hostAt(page.protocol, request.hosts[0]));
      if (request.hosts.length > 1) {
        throw engineError("forbidden", "A request names one Host; this one names several.");
      }
      const host = hostName(request.hosts[0] ?? "");
      if (!hosts.has(host)) {
        throw engineError("forbidden", `The Host "${host}" is not known here.`, {
          hint: "Call it by localhost or 127.0.0.1, or name the host under `hosts` in the settings.",
        });
      }
      const forwarded = request.headerNames.find((name) => PROXY_HEADERS.test(name));
      if (forwarded !== undefined) {
        throw engineError("forbidden", `A request with ${forwarded} came through a proxy.`, {
          hint: "Set credentials before a proxy may forward to this service.",
        });
      }
    },
  };
}

/** A Host header as a URL has it: without the port that the protocol has anyway. */
function hostAt(protocol: string, host = ""): string | null {
  const url = `${protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : null;
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
