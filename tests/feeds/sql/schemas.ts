// The tables that switches make themselves, as their own SQL scripts have them.

/** contrib/realtime of Asterisk, and FreePBX: no key, times by the server's clock. */
export const FREEPBX_CDR = `CREATE TABLE cdr (
  calldate datetime NOT NULL DEFAULT '1000-01-01 00:00:00', clid varchar(80) NOT NULL DEFAULT '',
  src varchar(80) NOT NULL DEFAULT '', dst varchar(80) NOT NULL DEFAULT '', dcontext varchar(80) NOT NULL DEFAULT '',
  channel varchar(80) NOT NULL DEFAULT '', dstchannel varchar(80) NOT NULL DEFAULT '', lastapp varchar(80) NOT NULL DEFAULT '',
  lastdata varchar(80) NOT NULL DEFAULT '', duration int(11) NOT NULL DEFAULT 0, billsec int(11) NOT NULL DEFAULT 0,
  disposition varchar(45) NOT NULL DEFAULT '', amaflags int(11) NOT NULL DEFAULT 0, accountcode varchar(20) NOT NULL DEFAULT '',
  uniqueid varchar(32) NOT NULL DEFAULT '', userfield varchar(255) NOT NULL DEFAULT '', did varchar(50) NOT NULL DEFAULT '',
  recordingfile varchar(255) NOT NULL DEFAULT '', cnum varchar(80) NOT NULL DEFAULT '', cnam varchar(80) NOT NULL DEFAULT '',
  KEY calldate (calldate), KEY dst (dst), KEY accountcode (accountcode), KEY uniqueid (uniqueid)
) ENGINE=InnoDB DEFAULT CHARSET=latin1`;

/** Alembic's cdr of Asterisk with a key, on PostgreSQL. */
export const ALEMBIC_CDR = `CREATE TABLE cdr (
  id bigserial PRIMARY KEY, accountcode varchar(80), src varchar(80), dst varchar(80), dcontext varchar(80),
  clid varchar(80), channel varchar(80), dstchannel varchar(80), lastapp varchar(80), lastdata varchar(80),
  start timestamptz, answer timestamptz, "end" timestamptz, duration integer, billsec integer,
  disposition varchar(45), amaflags varchar(45), userfield varchar(256), uniqueid varchar(150),
  linkedid varchar(150), peeraccount varchar(80), sequence integer)`;

/** cdr_pg_csv of FreeSWITCH, as its page has it. */
export const FREESWITCH_CDR = `CREATE TABLE cdr (
  id serial PRIMARY KEY, local_ip_v4 inet NOT NULL, caller_id_name varchar, caller_id_number varchar,
  destination_number varchar NOT NULL, context varchar NOT NULL, start_stamp timestamptz NOT NULL,
  answer_stamp timestamptz, end_stamp timestamptz NOT NULL, duration int NOT NULL, billsec int NOT NULL,
  hangup_cause varchar NOT NULL, uuid uuid NOT NULL, bleg_uuid uuid, accountcode varchar, read_codec varchar,
  write_codec varchar, sip_hangup_disposition varchar, ani varchar)`;
