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

/** acc-create.sql of Kamailio 5, with the db_extra that its configuration and Siremis' have. */
const ACC = (table: string) => `CREATE TABLE ${table} (
  id int unsigned AUTO_INCREMENT PRIMARY KEY NOT NULL, method varchar(16) NOT NULL DEFAULT '',
  from_tag varchar(128) NOT NULL DEFAULT '', to_tag varchar(128) NOT NULL DEFAULT '', callid varchar(255) NOT NULL DEFAULT '',
  sip_code varchar(3) NOT NULL DEFAULT '', sip_reason varchar(128) NOT NULL DEFAULT '', time datetime NOT NULL,
  src_user varchar(64) NOT NULL DEFAULT '', src_domain varchar(128) NOT NULL DEFAULT '', src_ip varchar(64) NOT NULL DEFAULT '',
  dst_ouser varchar(64) NOT NULL DEFAULT '', dst_user varchar(64) NOT NULL DEFAULT '', dst_domain varchar(128) NOT NULL DEFAULT '',
  INDEX callid_idx (callid)) DEFAULT CHARSET=latin1`;
export const KAMAILIO_ACC = [ACC("acc"), ACC("missed_calls")];

/** The table of Siremis' procedure kamailio_cdrs. */
export const SIREMIS_CDRS = `CREATE TABLE cdrs (
  cdr_id bigint(20) NOT NULL auto_increment, src_username varchar(64) NOT NULL default '', src_domain varchar(128) NOT NULL default '',
  dst_username varchar(64) NOT NULL default '', dst_domain varchar(128) NOT NULL default '', dst_ousername varchar(64) NOT NULL default '',
  call_start_time datetime NOT NULL default '2000-01-01 00:00:00', duration int(10) unsigned NOT NULL default '0',
  sip_call_id varchar(128) NOT NULL default '', sip_from_tag varchar(128) NOT NULL default '', sip_to_tag varchar(128) NOT NULL default '',
  src_ip varchar(64) NOT NULL default '', cost integer NOT NULL default '0', rated integer NOT NULL default '0',
  created datetime NOT NULL, PRIMARY KEY (cdr_id), UNIQUE KEY uk_cft (sip_call_id,sip_from_tag,sip_to_tag))`;

/** acc-create.sql of OpenSIPS 3. */
export const OPENSIPS_ACC = `CREATE TABLE acc (
  id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL, method CHAR(16) DEFAULT '' NOT NULL, from_tag CHAR(64) DEFAULT '' NOT NULL,
  to_tag CHAR(64) DEFAULT '' NOT NULL, callid CHAR(64) DEFAULT '' NOT NULL, sip_code CHAR(3) DEFAULT '' NOT NULL,
  sip_reason CHAR(32) DEFAULT '' NOT NULL, time DATETIME NOT NULL, duration INT(11) UNSIGNED DEFAULT 0 NOT NULL,
  ms_duration INT(11) UNSIGNED DEFAULT 0 NOT NULL, setuptime INT(11) UNSIGNED DEFAULT 0 NOT NULL, created DATETIME DEFAULT NULL) ENGINE=InnoDB`;

/** accounting.cdr of Sipwise, the columns that tell of the call. */
export const SIPWISE_CDR = `CREATE TABLE cdr (
  id int(10) unsigned NOT NULL AUTO_INCREMENT, update_time timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  source_user_id char(36) NOT NULL, source_provider_id varchar(255) NOT NULL, source_account_id int(11) unsigned NOT NULL DEFAULT 0,
  source_user varchar(255) NOT NULL, source_domain varchar(255) NOT NULL, source_cli varchar(64) NOT NULL, source_clir tinyint(1) NOT NULL DEFAULT 0,
  destination_provider_id varchar(255) NOT NULL, destination_account_id int(11) unsigned NOT NULL DEFAULT 0, destination_user varchar(255) NOT NULL,
  destination_domain varchar(255) NOT NULL, destination_user_dialed varchar(255) NOT NULL, destination_user_in varchar(255) NOT NULL,
  call_type enum('call','cfu','cft','cfb','cfna') NOT NULL DEFAULT 'call', call_status enum('ok','busy','noanswer','cancel','offline','timeout','other') NOT NULL,
  call_code char(3) NOT NULL, init_time decimal(13,3) NOT NULL, start_time decimal(13,3) NOT NULL, duration decimal(13,3) NOT NULL,
  call_id varchar(255) NOT NULL, rating_status enum('unrated','ok','failed') NOT NULL DEFAULT 'unrated', PRIMARY KEY (id))`;

/** register.conf of Yate on PostgreSQL. */
export const YATE_CDR = `CREATE TABLE cdr (time TIMESTAMP NOT NULL, chan TEXT, address TEXT, direction TEXT NOT NULL, billid TEXT,
  caller TEXT, called TEXT, duration INTERVAL, billtime INTERVAL, ringtime INTERVAL, status TEXT, reason TEXT, ended BOOLEAN)`;

/** The table of CDR-Stats that CDR-Pusher fills. */
export const CDR_IMPORT = `CREATE TABLE cdr_import (
  id serial PRIMARY KEY, switch varchar(80) NOT NULL, cdr_source_type integer, callid varchar(80) NOT NULL,
  caller_id_number varchar(80) NOT NULL, caller_id_name varchar(80) NOT NULL, destination_number varchar(80) NOT NULL,
  dialcode varchar(10), state varchar(5), channel varchar(80), starting_date timestamptz NOT NULL, duration integer NOT NULL,
  billsec integer NOT NULL, progresssec integer, answersec integer, waitsec integer, hangup_cause_id integer, hangup_cause varchar(80),
  direction integer, country_code varchar(3), accountcode varchar(40), buy_rate numeric(10,5), buy_cost numeric(12,5),
  sell_rate numeric(10,5), sell_cost numeric(12,5), extradata jsonb, imported boolean NOT NULL DEFAULT false)`;

/** ControlSwitch of Veraz: no script of its own is known; its records by the names that are usual. */
export const VERAZ_CDR = `CREATE TABLE cdr (
  record_id INTEGER PRIMARY KEY, call_id TEXT, switch_id TEXT, calling_number TEXT, called_number TEXT,
  ingress_trunk_group TEXT, egress_trunk_group TEXT, setup_time TEXT, answer_time TEXT, release_time TEXT,
  duration INTEGER, release_cause INTEGER)`;
