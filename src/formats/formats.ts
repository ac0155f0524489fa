// The one table of formats, by the name that suspense keeps. Routes, kinds of sources, the names
// that `cdr.process` takes and retries of suspended records come from it.
import { ASTERISK_AMI } from "./asterisk/ami-event.ts";
import { ASTERISK_CSV } from "./asterisk/csv.ts";
import { CDR_OBJECT } from "./cdr-object.ts";
import { CDR_STATS_API } from "./cdr-stats/api.ts";
import { CGR_FORM } from "./cgr-form.ts";
import type { Format } from "./format.ts";
import { FREESWITCH_JSON } from "./freeswitch/json.ts";
import { FREESWITCH_XML } from "./freeswitch/xml.ts";
import { SQL_FORMATS } from "./sql/maps.ts";
import { CSV } from "./tables/csv.ts";
import { UCM_CSV } from "./ucm/csv.ts";
import { UCM_JSON } from "./ucm/json.ts";
import { UCM_XML } from "./ucm/xml.ts";
import { YEASTAR } from "./yeastar.ts";

export const FORMATS: Readonly<Record<string, Format>> = {
  "cdr-object": CDR_OBJECT,
  "cgr-form": CGR_FORM,
  "freeswitch-json": FREESWITCH_JSON,
  "freeswitch-xml": FREESWITCH_XML,
  "asterisk-csv": ASTERISK_CSV,
  "asterisk-ami": ASTERISK_AMI,
  csv: CSV,
  yeastar: YEASTAR,
  "cdr-stats-api": CDR_STATS_API,
  "ucm-json": UCM_JSON,
  "ucm-xml": UCM_XML,
  "ucm-csv": UCM_CSV,
  ...SQL_FORMATS,
};
