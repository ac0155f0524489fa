// What settings say of one another: a name that nothing has, a port that anybody reaches.
import type { FeedSettings } from "../feeds/settings.ts";
import type { SourceSettings } from "../mediation/source-settings.ts";
import { isLoopback, listenAddress } from "../tls/listen.ts";

/** What of the settings tells of other settings. */
interface Settings {
  sources: readonly SourceSettings[];
  credentials: readonly { name: string; user?: string | undefined }[];
  feeds: readonly FeedSettings[];
  loopback: "open" | "sign-in";
  cgrates: {
    tcp?: string | undefined;
    tcpCredential?: string | undefined;
    tcpAllow: readonly unknown[];
  };
}

/** Faults of settings each of which is right by itself, each with its path. */
export function settingsFaults(settings: Settings): string[] {
  return [
    ...unknownCredentials(settings),
    ...unknownSources(settings),
    ...openPorts(settings),
    ...pulledWithoutHost(settings),
    ...openApiPort(settings),
  ];
}

/** A source that names a credential which does not exist would never be chosen, unnoticed. */
function unknownCredentials({ sources, credentials }: Settings): string[] {
  const known = credentials.map(({ name }) => name);
  return sources.flatMap(({ match }, source) =>
    (match.tokens ?? []).flatMap((token, index) => {
      if (known.includes(token)) return [];
      const user = credentials.find((entry) => entry.user === token);
      const remedy =
        user === undefined
          ? `it is one of ${known.join(", ") || "none: there are no credentials"}`
          : `of the user ${token} it is ${user.name}`;
      return [
        `sources.${source}.match.tokens.${index}: there is no credential named ${token}; ${remedy}`,
      ];
    }),
  );
}

/** A feed of a source that is not there would have settings that nobody chose. */
function unknownSources({ feeds, sources }: Settings): string[] {
  const known = sources.map(({ name }) => name);
  return feeds.flatMap(({ source }, index) => {
    if (known.includes(source)) return [];
    const names = known.join(", ") || "none: there are no sources";
    return [`feeds.${index}.source: there is no source named ${source}; it is one of ${names}`];
  });
}

/** Whoever reaches such a port may write records: beyond this machine its source says who may. */
function openPorts({ feeds, sources }: Settings): string[] {
  return feeds.flatMap((feed, index) => {
    if (feed.kind !== "ucm-tcp" || isLoopback(listenAddress(feed.listen).host)) return [];
    const allow = sources.find(({ name }) => name === feed.source)?.allow;
    if (allow !== undefined && allow.length > 0) return [];
    const what = `${feed.listen} is not a loopback address, and the source ${feed.source} has no allow`;
    return [`feeds.${index}.listen: ${what}, the only guard of such a port`];
  });
}

/** Nobody says on this port who they are: the settings say it, and who may come. */
function openApiPort({ cgrates, credentials, loopback }: Settings): string[] {
  const { tcp, tcpCredential, tcpAllow } = cgrates;
  if (tcp === undefined) return [];
  const isLocal = isLoopback(listenAddress(tcp).host);
  const names = credentials.map(({ name }) => name);
  if (tcpCredential !== undefined && !names.includes(tcpCredential)) {
    return [`cgrates.tcpCredential: there is no credential named ${tcpCredential}`];
  }
  if ((names.length > 0 || loopback === "sign-in") && tcpCredential === undefined) {
    return [
      `cgrates.tcpCredential: nobody says on ${tcp} who they are: name the credential whose roles and tenants they have`,
    ];
  }
  if (isLocal || (names.length > 0 && tcpAllow.length > 0)) return [];
  return [
    `cgrates.tcp: ${tcp} is not a loopback address: it needs tcpCredential and tcpAllow, the only guard of such a port`,
  ];
}

/** What a device answers names no serial number, what it sends does: one call would be two. */
function pulledWithoutHost({ feeds, sources }: Settings): string[] {
  return feeds.flatMap((feed, index) => {
    const host = sources.find(({ name }) => name === feed.source)?.host;
    if (feed.kind !== "ucm-pull" || host !== undefined) return [];
    const what = `records that are pulled name no serial number: give it as host of ${feed.source}`;
    return [`feeds.${index}.source: ${what}`];
  });
}
