// The one table of the kinds of feeds.
import { ASTERISK_AMI } from "./ami/ami.ts";
import { AMIWS } from "./amiws/amiws.ts";
import type { FeedKind } from "./contract.ts";
import { FOLDER } from "./folder/folder.ts";
import { FOLLOW } from "./follow/follow.ts";
import { MONGODB } from "./mongodb/mongodb.ts";
import { QUEUE_LOG } from "./queue-log/queue-log.ts";
import type { FeedSettings } from "./settings.ts";
import { SQL } from "./sql/sql.ts";
import { UCM_PULL } from "./ucm-pull/pull.ts";
import { UCM_TCP } from "./ucm-tcp/listener.ts";

export const FEED_KINDS: {
  [Kind in FeedSettings["kind"]]: FeedKind<Extract<FeedSettings, { kind: Kind }>>;
} = {
  follow: FOLLOW,
  "queue-log": QUEUE_LOG,
  folder: FOLDER,
  "asterisk-ami": ASTERISK_AMI,
  amiws: AMIWS,
  "ucm-tcp": UCM_TCP,
  sql: SQL,
  mongodb: MONGODB,
  "mongo-collection": MONGODB,
  "ucm-pull": UCM_PULL,
};
