// What each param says, for the OpenRPC document and /docs: by its name, since one name means the
// same everywhere, or by method and name where it does not. A description in a schema comes first.

const BY_NAME: Readonly<Record<string, string>> = {
  account: "The account that pays for the call.",
  after: "Goes on after this place: the `next` of the answer before; absent: from the beginning.",
  afterCdr: "Goes on after this CDR: the `lastCdr` of the answer before.",
  afterTenant:
    "Tenant of the CDR to go on after, where several that the caller may see have the id.",
  answerTime:
    "When the call was answered: RFC 3339 and the other forms that feeds take; absent: now.",
  at: "The moment, past or future; absent: now.",
  before:
    "A loaded version, or a folder by path or files, with its semantics and edition of the rules.",
  callerNumber: "The calling number, as it was sent.",
  carrier: "The carrier that took the call; absent: carriers are chosen by the plan.",
  category: "Category of the call; absent: `call`.",
  compat: "Semantics of a CGRateS folder; absent: `cgrates`.",
  conflict:
    "For a record in conflict: keep the stored CDR and discard the record, or replace the CDR's facts by it.",
  cursor: "Goes on where the page before ended: its `nextCursor`.",
  destination: "The called number, as it was dialled.",
  endTime: "When the call ended; the usage is held against it. It needs the answer time.",
  fields: "Fields by any accepted spelling, primary or extra.",
  files: "The files of the folder: name → text. Give either path or files.",
  filter: "Which CDRs: all members hold, the values of a list are alternatives, `not` leaves out.",
  format: "Form of the answer or of the record.",
  id: "Id of the CDR: the SHA-1 of its origin id and origin host, as answers carry it.",
  job: "Id of the job.",
  limit: "How many a page has at most; it may have fewer, where they are large.",
  path: "A folder under the tariff root of the server. Give either path or files.",
  reason: "Why, in your words; kept with the revision.",
  subject: "Subject of the call; absent: the account.",
  tariffVersion: "Price by this loaded version; absent: by the time line.",
  tenant: "The tenant; absent: `cgrates.org`.",
  target: "What the table is to be read as: call records, or a deck of rates.",
  texts: "Whether the texts of the files are answered too.",
  timeZone: "IANA zone of the days, hours and months.",
  tor: "Type of record: `*voice`, `*data`, `*sms` …; absent: `*voice`.",
  trace: "Whether each step of the price is answered too.",
  usage: "Seconds (voice) or units as a number, or a duration such as `1m30s`.",
  version: "A loaded tariff version, as `tariff.list` names it.",
};

const BY_METHOD: Readonly<Record<string, string>> = {
  "cdr.process cdr":
    "The record: an object of fields by any accepted spelling; what is no primary field is an extra one.",
  "cdr.process format": "`cdr-object`, or the format of a switch whose own document it is.",
  "cdr.processMany cdrs": "The records, in the order in which they are answered.",
  "cdr.processMany batch": "Id of the batch that they belong to, kept with each and found by.",
  "cdr.get asOf": "The CDR as it was at this moment: its facts, rating and history of then.",
  "cdr.find sort":
    "The order: by which time, by usage, or by duration with the ringing, which leaves out what has none; descending or not.",
  "cdr.summarize groupBy": "The keys of a row; none: one row for each currency.",
  "cdr.summarize time": "Which time makes the day, hour and month.",
  "cdr.export format":
    "`csv`, `jsonl` (a JSON object a line), `json` (one array), `yaml` (a list), `html` (a page) or `xlsx` (a workbook).",
  "cdr.export columns":
    "Columns in their order, `extra.NAME` for an extra field; absent: all; for jsonl, json and yaml each CDR whole.",
  "cdr.export trailer": "What stands at the end of the file beside its lines.",
  "cdr.export after":
    "Goes on after the CDR of this id, the last one that arrived whole, without the header.",
  "feed.get name": "Name of the feed in the settings.",
  "feed.start name": "Name of the feed in the settings.",
  "feed.stop name": "Name of the feed in the settings.",
  "output.get name": "Name of the output in the settings.",
  "output.start name": "Name of the output in the settings.",
  "output.stop name": "Name of the output in the settings.",
  "cdr.explain revision": "Which revision of the rating; absent: the current one.",
  "cdr.correct fields":
    "The new facts by any accepted spelling, primary or extra; null takes a field away.",
  "rating.price id":
    "The CDR's id, by which the strategy `weight` draws a carrier; absent: the empty text.",
  "rating.routes id":
    "The CDR's id, by which the strategy `weight` draws a carrier; absent: the empty text.",
  "rating.routes usage":
    "Seconds (voice) or units, or a duration such as `1m30s`; absent or 0: a minute (60 units).",
  "number.normalize number": "The number as it was sent; an empty text is an answer, not an error.",
  "number.normalize ruleSet":
    "Name of a rule set of the tariff in force or of a preset, or the settings of one.",
  "number.normalize account": "Read it as a number of this account, by its rule set.",
  "number.normalize caller": "True: a calling number, which may be anonymous; false: a called one.",
  "tariff.load name": "Name of the tariff; absent: that of the folder.",
  "tariff.activate at": "From this moment on, past or future; absent: from now on.",
  "tariff.rollback tenant": "The tenant; it may be left out where only one has a time line.",
  "tariff.compare after":
    "What it is compared with; absent: the same tariff by today's rules where `before` names older ones, else the same CGRateS folder by its other semantics.",
  "tariff.compare calls": "These calls; absent: stored CDRs.",
  "tariff.compare days": "CDRs of the last so many days, unless the filter says a time.",
  "tariff.compare most":
    "Stored CDRs that one call of the method compares, to the next whole page.",
  "tariff.compare limit": "Differences that are listed; all are counted.",
  "account.set account": "The account that is assigned.",
  "account.set voipPlan": "The VoIP plan that it has from then on.",
  "account.set numbering":
    "Rule set of its numbers: of the tariff or a preset; absent: the tariff's own choice.",
  "account.set from": "For calls from this time on; absent: from now on.",
  "account.remove account": "The account whose assignment ends.",
  "account.get account": "The account that is asked for.",
  "account.get at": "Which assignment holds at this time; absent: now.",
  "account.find tenant":
    "Accounts of this tenant; absent: of every tenant that the caller may see.",
  "rerate.plan filter": "Which CDRs are priced again; absent: every one that the caller may see.",
  "rerate.plan asOf": "Price by the time line as it was known at this moment.",
  "rerate.plan overrides": "Another tariff version for single accounts, for a test.",
  "rerate.show top": "Rows by each key; the sum of all others comes after them.",
  "rerate.lines list":
    "The planned lines, or those that apply or undo left because the CDR had changed.",
  "rerate.lines cursor":
    "Goes on after the line of this number: the `nextCursor` of the page before.",
  "rerate.apply hash": "Hash of the plan that was looked at; another plan is refused.",
  "audit.run period": "Calls of this time, half-open; absent: all.",
  "audit.run tenants": "Of these tenants; absent: of every one that the caller may see.",
  "audit.run explain": "How many CDRs are priced again: about a thousand, or all.",
  "dialect.set name": "Name of the dialect.",
  "dialect.set dialect": "How the table is written; a member that is left out has its default.",
  "dialect.get name": "Name of the dialect.",
  "upload.begin hash": "sha256 of the file, in hex.",
  "upload.begin bytes": "How many bytes it has.",
  "upload.begin name": "Name of the file, for people.",
  "upload.part upload": "Id of the upload, as `upload.begin` answered it.",
  "upload.part number": "Which part, from 0.",
  "upload.part base64": "The bytes of the part.",
  "upload.end upload": "Id of the upload, as `upload.begin` answered it.",
  "import.start upload": "Id of the whole upload of the file.",
  "import.start format":
    "How the file is written: csv (any table, .xlsx too), jsonl, or the file of a switch; absent: csv.",
  "import.start source": "Name of the source that its records are of; absent: `default`.",
  "import.start dryRun": "Only look what it would do; `resume` brings it in afterwards.",
  "import.get job": "Id of the import, as `import.start` answered it.",
  "import.cancel job": "Id of the import, as `import.start` answered it.",
  "batch.get id": "Id of the batch.",
  "batch.reconcile id": "Id of the batch.",
  "suspense.find states": "Records in these states; absent: in every one.",
  "suspense.find reasons": "Records with one of these reason codes.",
  "suspense.find sources": "Records of these sources, by their names in the settings.",
  "suspense.find receivedAt": "When they came, half-open.",
  "suspense.get id": "Id of the suspended record.",
  "suspense.retry id": "Id of the suspended record.",
  "suspense.retry fields":
    "Corrected fields, named as in cdr.process or as the switch does; each takes the place of what the record says.",
  "suspense.discard id": "Id of the suspended record.",
  "retention.plan tenants": "What is of these tenants; absent: of each that the caller may see.",
  "privacy.plan tenants": "What is of these tenants; absent: of each that the caller may see.",
  "privacy.disclose tenants": "What is of these tenants; absent: of each that the caller may see.",
  "mail.test to": "Who gets the mail, and in which language and zone it is written.",
  "export.get id": "Id of the export, as `export.start` answered it.",
  "export.copy id": "Id of the export, as `export.start` answered it.",
  "export.cancel id": "Id of the export, as `export.start` answered it.",
  "export.remove id": "Id of the export, as `export.start` answered it.",
  "export.start format":
    "`csv`, `jsonl`, `json`, `yaml`, `html` or `xlsx`, as `cdr.export` writes them.",
  "export.start columns":
    "Columns in their order, `extra.NAME` for an extra field; absent: all; for jsonl, json and yaml each CDR whole.",
  "export.start trailer": "Whether the sums and the count stand at the end.",
  "search.save name": "Name of the search; one of yours that is there is replaced.",
  "search.save columns":
    "Columns in their order, `extra.NAME` for an extra field; absent: every one that whoever runs it may see.",
  "search.save sort": "The order: by which time, or by usage; descending or not.",
  "search.get name": "Name of the search.",
  "search.run name": "Name of the search.",
  "search.remove name": "Name of the search.",
  "schedule.set name": "Name of the schedule; one that is there is changed.",
  "schedule.get name": "Name of the schedule.",
  "schedule.run name": "Name of the schedule.",
  "schedule.remove name": "Name of the schedule.",
  "notice.preview account": "The account whose prices change.",
  "notice.send account": "The account whose prices change.",
  "delivery.list states": "Deliveries in these states; absent: in every one.",
  "delivery.resend delivery": "Id of the delivery, as `delivery.list` answers it.",
};

/** What a param of a method says; undefined: nobody wrote it down, which a test finds. */
export function paramText(method: string, param: string): string | undefined {
  return BY_METHOD[`${method} ${param}`] ?? BY_NAME[param];
}
