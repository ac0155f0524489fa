// mod_xml_cdr's posts. Either route of FreeSWITCH takes both kinds: the body tells them apart.
import type { Format } from "../format.ts";
import { FREESWITCH_JSON } from "./json.ts";

export const FREESWITCH_XML: Format = {
  ...FREESWITCH_JSON,
  paths: ["/freeswitch_xml"],
  byRpc: false,
};
