// Our own mod_json_cdr documents and the bodies a switch makes of them, by the module's rules.

export interface SampleCall {
  uuid: string;
  /** Unix milliseconds of the setup; answer and end are counted from it. */
  startMs?: number;
  /** Null: never answered. */
  ringMs?: number | null;
  talkMs?: number;
  account?: string;
  destination?: string;
  caller?: string;
  switchName?: string;
  hangupCause?: string;
  /** Makes it a b-leg of that call. */
  originatingLegUuid?: string;
  /** Further channel variables, plain; they win over the ones made here. */
  variables?: Record<string, string>;
}

type Members = Record<string, unknown>;

export interface SampleDocument extends Members {
  variables: Record<string, string>;
  callflow: Members[];
}

/** A document of a current FreeSWITCH: strings only in `variables`, `callflow` an array. */
export function sampleFreeswitchCdr(call: SampleCall): SampleDocument {
  const { uuid, startMs = 1_700_000_000_123, ringMs = 2_500, talkMs = 61_234 } = call;
  const { account = "1001", destination = "+442079460000", caller = "1001" } = call;
  const answerMs = ringMs === null ? 0 : startMs + ringMs;
  const endMs = ringMs === null ? startMs + 9_000 : answerMs + talkMs;
  const billedMs = ringMs === null ? 0 : talkMs;
  const stamp = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  const seconds = (ms: number) => String(Math.floor(ms / 1000));
  const variables: Record<string, string> = {
    direction: call.originatingLegUuid === undefined ? "inbound" : "outbound",
    uuid,
    call_uuid: call.originatingLegUuid ?? uuid,
    session_id: "7",
    sip_from_user: caller,
    sip_from_uri: `${caller}@pbx.example`,
    sip_req_user: destination,
    sip_req_uri: `${destination}@pbx.example`,
    sip_local_network_addr: "192.0.2.10",
    user_name: account,
    sip_full_from: `"Desk <${caller}>" <sip:${caller}@pbx.example>;tag=a1;x=50%`,
    hangup_cause: call.hangupCause ?? (ringMs === null ? "ORIGINATOR_CANCEL" : "NORMAL_CLEARING"),
    hangup_cause_q850: "16",
    sip_history_info: "ARRAY::<sip:100@pbx.example>;index=1|:<sip:200@pbx.example>;index=1.1",
    start_stamp: stamp(startMs),
    end_stamp: stamp(endMs),
    start_epoch: seconds(startMs),
    start_uepoch: `${startMs}000`,
    answer_epoch: seconds(answerMs),
    answer_uepoch: answerMs === 0 ? "0" : `${answerMs}000`,
    end_epoch: seconds(endMs),
    end_uepoch: `${endMs}000`,
    progress_mediamsec: "0",
    progressmsec: "310",
    duration: String(Math.floor(endMs / 1000) - Math.floor(startMs / 1000)),
    billsec: String(Math.floor(billedMs / 1000)),
    billmsec: String(billedMs),
    billusec: `${billedMs}000`,
    ...(answerMs === 0 ? {} : { answer_stamp: stamp(answerMs) }),
    ...(call.originatingLegUuid === undefined
      ? {}
      : { originating_leg_uuid: call.originatingLegUuid }),
    ...call.variables,
  };
  return {
    "core-uuid": "11111111-2222-4333-8444-555555555555",
    switchname: call.switchName ?? "fs-sample",
    channel_data: { state: "CS_REPORTING", direction: variables["direction"], state_number: "11" },
    callStats: { audio: { inbound: { raw_bytes: 572_588, mean_interval: 0.5, r_factor: null } } },
    variables,
    app_log: { applications: [{ app_name: "bridge", app_data: "user/200", app_stamp: "1" }] },
    callflow: [callflowProfile(call, destination, caller, account)],
  };
}

function callflowProfile(
  call: SampleCall,
  destination: string,
  caller: string,
  account: string,
): Members {
  const originator = {
    originator_caller_profiles: [{ uuid: call.originatingLegUuid, caller_id_number: caller }],
  };
  return {
    dialplan: "XML",
    profile_index: "1",
    caller_profile: {
      username: account,
      caller_id_name: 'Anna "A" Müller',
      caller_id_number: caller,
      network_addr: "192.0.2.55",
      destination_number: destination,
      uuid: call.uuid,
      ...(call.originatingLegUuid === undefined ? {} : { originator }),
    },
    times: { created_time: `${call.startMs ?? 1_700_000_000_123}000`, resurrect_time: "0" },
  };
}

const UNSAFE = new Set([...'\r\n #%&+:;<=>?@[\\]^`{|}"'].map((letter) => letter.charCodeAt(0)));

/** switch_url_encode: upper-case hex; an escape that is there already is left alone. */
export function switchEncode(text: string | Uint8Array): string {
  const bytes = typeof text === "string" ? Buffer.from(text) : Buffer.from(text);
  let encoded = "";
  bytes.forEach((byte, index) => {
    const escaped = /^%[0-9A-F]{2}$/.test(bytes.subarray(index, index + 3).toString("latin1"));
    const safe = escaped || (byte >= 0x20 && byte <= 0x7e && !UNSAFE.has(byte));
    encoded += safe
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return encoded;
}

/** What encode-values=true makes of a document. */
export function withEncodedValues(document: SampleDocument): SampleDocument {
  const variables = Object.fromEntries(
    Object.entries(document.variables).map(([name, value]) => [name, switchEncode(value)]),
  );
  return { ...document, variables };
}

/** Each spelling a switch posts, or leaves in a file of err-log-dir, of one JSON text. */
export function switchBodies(json: string | Uint8Array): Record<string, Uint8Array> {
  const bytes = Buffer.from(json);
  const base64 = bytes.toString("base64");
  const encoded = switchEncode(bytes);
  return {
    raw: bytes,
    rawWithNewline: Buffer.concat([bytes, Buffer.from("\n")]),
    form: Buffer.from(`cdr=${encoded}`),
    base64: Buffer.from(`cdr=${base64}`),
    base64Escaped: Buffer.from(`cdr=${encodeURIComponent(base64)}`),
    base64ThroughForm: Buffer.from(`cdr=${base64.replaceAll("+", " ")}`),
    percentFile: Buffer.from(`${encoded}\n`),
    base64File: Buffer.from(`${base64}\n`),
  };
}
