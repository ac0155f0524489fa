// Who sent a request, by its head and its connection.
import type { IncomingMessage } from "node:http";
import type { AddressSet } from "../../mediation/address-range.ts";
import type { Access, AccessRules } from "./access.ts";
import { clientAddress } from "./client-address.ts";
import type { RequestFacts } from "./guard.ts";

export interface AccessParts {
  access: AccessRules;
  /** Proxies whose `X-Forwarded-For` counts. */
  trustedProxies: AddressSet;
}

/** At once, where nothing has to be waited for. @throws as `AccessRules.check` */
export function accessOfRequest(
  { access, trustedProxies }: AccessParts,
  request: IncomingMessage,
): Access | Promise<Access> {
  return access.check({
    ...requestFacts(trustedProxies, request),
    connection: request.socket,
    cookie: request.headers.cookie,
    contentType: request.headers["content-type"],
    requestedWith: single(request.headers["x-requested-with"]),
  });
}

export function requestFacts(trusted: AddressSet, request: IncomingMessage): RequestFacts {
  const { headers, rawHeaders } = request;
  return {
    authorization: headers.authorization,
    address: addressOfRequest(trusted, request),
    origin: headers.origin,
    referer: headers.referer,
    fetchSite: single(headers["sec-fetch-site"]),
    rawHeaders,
  };
}

export function addressOfRequest(
  trusted: AddressSet,
  { headers, socket }: IncomingMessage,
): string {
  const forwardedFor = single(headers["x-forwarded-for"]);
  return clientAddress(socket.remoteAddress ?? "", forwardedFor, trusted);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
