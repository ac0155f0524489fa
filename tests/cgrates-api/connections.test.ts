// Goal: CGRateS's API on bare TCP and on a WebSocket answers as the engine does, for who may ask, whatever is
// sent. Method: real sockets on services; the recorded connections of the engine where they are there.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createApiConnections } from "../../src/cgrates-api/connections/connections.ts";
import type { ApiServer } from "../../src/cgrates-api/server.ts";
import { findMethod } from "../../src/cgrates-api/services.ts";
import { readSettings } from "../../src/config/config.ts";
import { LOOPBACK } from "../../src/http/access/access.ts";
import { createPortCallers } from "../../src/http/access/port-callers.ts";
import { createBudget } from "../../src/rpc/budget/budget.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { type ApiService, startApiService } from "./api-service.ts";
import { REFERENCE, withFolders } from "./recorded-pairs.ts";
import { comparable } from "./same-answer.ts";

const PING = '{"method":"APIerSv1.Ping","params":[{}],"id":1}';
const PONG = '{"id":1,"result":"Pong","error":null}\n';

interface Talk {
  socket: Socket;
  /** What came so far. */
  text(): string;
  /** What came when it holds so many lines, or the connection was closed. */
  lines(count: number): Promise<string>;
  closed: Promise<void>;
}

async function talkTo(port: number): Promise<Talk> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let text = "";
  let look = () => {};
  let isClosed = false;
  const closed = new Promise<void>((done) => {
    const end = () => {
      isClosed = true;
      look();
      socket.destroy();
      done();
    };
    socket.on("end", end);
    socket.on("close", end);
  });
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    text += bytes.toString("utf8");
    look();
  });
  await new Promise((done) => socket.once("connect", done).once("close", done));
  return {
    socket,
    closed,
    text: () => text,
    lines: (count) =>
      new Promise((done) => {
        look = () => {
          if (isClosed || text.split("\n").length > count) done(text);
        };
        look();
      }),
  };
}

const TCP = { cgrates: { tcp: "127.0.0.1:0", tcpAllow: [] } };
const portOf = ({ service }: TestService) => service.cgratesTcpPort as number;

describe("CGRateS's API on bare TCP", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ demo: false, settings: TCP });
  });
  afterAll(() => service.stop());

  it("answers each request when it is done, whatever came before it", async () => {
    const { socket, lines } = await talkTo(portOf(service));
    const slow = '{"method":"CoreSv1.Sleep","params":[{"Duration":50000000}],"id":"slow"}';
    socket.write(slow + PING);
    expect(await lines(2)).toBe(`${PONG}{"id":"slow","result":"OK","error":null}\n`);
    socket.write(PING.slice(0, 9));
    socket.write(PING.slice(9));
    expect(await lines(3)).toMatch(/Pong.*OK.*Pong/s);
    socket.destroy();
  });

  it("is closed by what is no request, after what came before it was answered", async () => {
    const { socket, closed, text } = await talkTo(portOf(service));
    socket.write(`${PING}{"method":"APIerSv1.Ping",,}${PING}`);
    await closed;
    expect(text()).toBe(PONG);
    const page = await talkTo(portOf(service));
    page.socket.write("POST /jsonrpc HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
    await page.closed;
    expect(page.text()).toBe("");
  });

  it("answers who has closed the own side, then closes", async () => {
    const { socket, closed, text } = await talkTo(portOf(service));
    socket.end(PING);
    await closed;
    expect(text()).toBe(PONG);
  });

  it("answers thousands of requests in one write, and lives on after a peer that reads none", async () => {
    const deaf = await talkTo(portOf(service));
    deaf.socket.pause();
    deaf.socket.write(PING.repeat(5000));
    const { socket, lines } = await talkTo(portOf(service));
    socket.write(PING.repeat(2000));
    expect((await lines(2000)).length).toBe(2000 * PONG.length);
    socket.destroy();
    deaf.socket.destroy();
  });
});

describe("limits of CGRateS's API on connections", () => {
  it("are of their number", async () => {
    const limits = { apiConnections: 2 };
    const service = await startTestService({ demo: false, settings: { ...TCP, limits } });
    const talks = [await talkTo(portOf(service)), await talkTo(portOf(service))];
    for (const { socket } of talks) socket.write(PING);
    for (const { lines } of talks) expect(await lines(1)).toBe(PONG);
    const more = await talkTo(portOf(service));
    await more.closed;
    const socket = new WebSocket(`${service.url.replace("http", "ws")}/ws`);
    expect(await refusal(socket)).toBe(503);
    talks[0]?.socket.destroy();
    await service.stop();
    await talks[1]?.closed;
  });

  const limits = { bodyBytes: 1000, bodySeconds: 2, idleSeconds: 5, connections: 10 };
  const settings = readSettings({ environment: {}, flags: {} });

  /** A session over a wire that notes what is done with it. */
  function session(api: Partial<ApiServer> = { one: async () => ["done"] }) {
    const done: string[] = [];
    const connections = createApiConnections({
      api: api as ApiServer,
      budget: createBudget(settings.limits),
      limits,
    });
    const wire = {
      send: async (text: string) => void done.push(text),
      ...{ pause: () => {}, resume: () => {} },
      end: () => void done.push("end"),
      cut: () => void done.push("cut"),
    };
    const one = connections.open({ ...LOOPBACK, address: "127.0.0.1" }, wire);
    const ticks = (count: number) => {
      for (let tick = 0; tick < count; tick += 1) connections.tick();
    };
    return { one, done, ticks };
  }

  it("are of the seconds of a request, and of those without one", () => {
    const slow = session();
    slow.one.push(Buffer.from(PING.slice(0, 5)));
    slow.ticks(1);
    slow.one.push(Buffer.from(PING.slice(5, 9)));
    slow.ticks(1);
    expect(slow.done).toEqual([]);
    slow.ticks(1);
    expect(slow.done).toEqual(["cut"]);
    const idle = session();
    idle.ticks(5);
    expect(idle.done).toEqual([]);
    idle.ticks(1);
    expect(idle.done).toEqual(["cut"]);
  });

  it("are of the bytes of a request", () => {
    const { one, done } = session();
    one.push(Buffer.alloc(1001, '{"a":"'));
    expect(done).toEqual(["end"]);
  });

  it("are not of the time that an answer takes", () => {
    const { one, done, ticks } = session({ one: () => new Promise(() => {}) });
    one.push(Buffer.from(PING));
    ticks(100);
    expect(done).toEqual([]);
  });
});

/** The status that a WebSocket is refused with. */
function refusal(socket: WebSocket): Promise<number | undefined> {
  return new Promise((done) => {
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      done(response.statusCode);
    });
    socket.on("error", () => {});
  });
}

describe("CGRateS's API on a WebSocket", () => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({}, { cgrates: { ...TCP.cgrates, tcpCredential: "sender" } });
  });
  afterAll(() => service.stop());

  const open = (headers: Record<string, string>, path = "/ws") =>
    new WebSocket(service.url.replace("http", "ws") + path, { headers });

  it("answers each request by a message, whether they come in one or in pieces", async () => {
    const socket = open(service.bearer("reader"));
    const messages: string[] = [];
    const three = new Promise<void>((done) => {
      socket.on("message", (data) => {
        messages.push(String(data));
        if (messages.length === 3) done();
      });
    });
    await new Promise((done) => socket.once("open", done));
    socket.send(PING + PING + PING.slice(0, 7));
    socket.send(PING.slice(7));
    await three;
    expect(messages).toEqual([PONG, PONG, PONG]);
    const closed = new Promise((done) => socket.once("close", done));
    socket.send("[]");
    await closed;
  });

  it("is for credentials alone, with their roles, and for no page of another site", async () => {
    expect(await refusal(open({}))).toBe(401);
    const basic = Buffer.from("x:wrong").toString("base64");
    expect(await refusal(open({ authorization: `Basic ${basic}` }))).toBe(401);
    const socket = open(service.bearer("sender"));
    await new Promise((done) => socket.once("open", done));
    const answer = new Promise((done) => socket.once("message", (data) => done(String(data))));
    socket.send('{"method":"CDRsV1.GetCDRs","params":[{}],"id":2}');
    expect(await answer).toMatch(/lacks the role read/);
    socket.close();
    const open2 = await startTestService({ demo: false });
    const page = { origin: "http://elsewhere.example" };
    const foreign = new WebSocket(`${open2.url.replace("http", "ws")}/ws`, { headers: page });
    expect(await refusal(foreign)).toBe(403);
    await open2.stop();
  });

  it("is nowhere but on its path, which is no other one", async () => {
    expect((await service.get("/ws")).body).toBe("not websocket protocol");
    const posted = await service.post("/ws", PING);
    expect([posted.status, posted.body]).toEqual([405, "bad method"]);
    expect(await refusal(open(service.bearer("reader"), "/jsonrpc"))).toBe(405);
    // Some clients offer another protocol with each request: they are answered in this one.
    const upgrade = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" };
    const { socket, lines } = await talkTo(Number(new URL(service.url).port));
    const head = Object.entries({ host: "localhost", ...service.bearer("reader"), ...upgrade });
    const lengths = `content-length: ${PING.length}\r\n`;
    const text = head.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`POST /jsonrpc HTTP/1.1\r\n${text}${lengths}\r\n${PING}`);
    expect(await lines(8)).toMatch(/200 OK.*Pong/s);
    socket.destroy();
  });

  it("on bare TCP has the roles of the credential that the settings name", async () => {
    const { socket, lines } = await talkTo(portOf(service));
    socket.write('{"method":"CDRsV1.GetCDRs","params":[{}],"id":2}');
    expect(await lines(1)).toMatch(/\\"sender\\" lacks the role read/);
    socket.destroy();
  });

  it("and HTTP tell whom they do not let in, in the words of the dialect", async () => {
    const post = async (body: string, authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await service.post("/jsonrpc", body, headers as Record<string, string>);
      return [answer.status, answer.headers.get("www-authenticate"), answer.body];
    };
    const challenge = 'Basic realm="Restricted"';
    expect(await post(PING)).toEqual([401, challenge, "Not authorized\n"]);
    expect(await post(PING, "Basic Y2dyOndyb25n")).toEqual([401, challenge, "Not authorized\n"]);
    const fault = "illegal base64 data at input byte 0\n";
    expect(await post(PING, "Bearer abc")).toEqual([401, challenge, fault]);
    expect(await post(PING, "Basic !!!")).toEqual([401, challenge, fault]);
    const [status, , body] = await post('{"jsonrpc":"2.0","method":"system.status","id":1}');
    expect([status, body.code]).toEqual([401, "unauthorized"]);
  });
});

describe("the settings of the TCP port", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-cgrates-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const admin = { name: "admin", tokenSha256: "0".repeat(64), roles: ["admin"] };

  function faultOf(cgrates: object, credentials: object[]): string {
    const path = join(folder, "settings.yaml");
    writeFileSync(path, JSON.stringify({ cgrates, credentials }));
    try {
      readSettings({ configPath: path, environment: {}, flags: {} });
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  }

  it("say who is on it, and who may come where it is not of this machine alone", () => {
    const [local, open] = ["127.0.0.1:2012", "0.0.0.0:2012"];
    const tcpAllow = ["10.0.0.0/8"];
    const tcpCredential = "admin";
    expect(faultOf({ tcp: local }, [])).toBe("");
    expect(faultOf({ tcp: local }, [admin])).toMatch(/cgrates.tcpCredential: nobody says/);
    expect(faultOf({ tcp: local, tcpCredential }, [admin])).toBe("");
    expect(faultOf({ tcp: local, tcpCredential: "x" }, [admin])).toMatch(/no credential named x/);
    expect(faultOf({ tcp: open, tcpAllow }, [])).toMatch(/cgrates.tcp: .* is not a loopback/);
    expect(faultOf({ tcp: open, tcpCredential }, [admin])).toMatch(/needs tcpCredential and tcpA/);
    expect(faultOf({ tcp: open, tcpCredential, tcpAllow }, [admin])).toBe("");
  });

  it("let nobody in from another address", () => {
    const callerOf = createPortCallers({
      credentials: [],
      customerFields: [],
      isOpen: true,
      cgrates: { tcpAllow: ["10.0.0.0/8"] },
    });
    expect(callerOf("10.1.2.3")).toMatchObject({ name: "loopback", address: "10.1.2.3" });
    expect(callerOf("::ffff:10.1.2.3")).not.toBeNull();
    expect(callerOf("192.0.2.1")).toBeNull();
  });
});

const RECORDED = join(REFERENCE, "cgrates-wire", "tcp.jsonl");

describe.skipIf(!existsSync(RECORDED))("the recorded connections of the engine", () => {
  it("are answered here too", async () => {
    const { setups } = JSON.parse(
      withFolders(readFileSync(join(REFERENCE, "cgrates-wire", "setups.json"), "utf8")),
    );
    const pairs = withFolders(readFileSync(RECORDED, "utf8"))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
      .filter(({ setup }) => setups[setup].config === "base")
      .filter(({ request }) => isBuilt([request.body].flat().join("")));
    const different: string[] = [];
    let fresh: TestService | null = null;
    let at = "";
    for (const { id, setup, request, response, volatile } of pairs) {
      if (fresh === null || at !== setup || setup !== "empty") {
        await fresh?.stop();
        fresh = await startTestService({ demo: false, settings: { ...TCP, tariffs: REFERENCE } });
        at = setup;
        for (const one of setups[setup].requests) await fresh.post(one.path, one.body);
      }
      const { socket, lines, text, closed } = await talkTo(portOf(fresh));
      const expected = (response.body ?? "").split("\n").length - 1;
      const writes = [request.body].flat();
      for (const [index, body] of writes.entries()) {
        socket.write(body);
        if (index < writes.length - 1) await lines(index + 1);
      }
      if (request.halfClose) socket.end();
      if (response.closed) await closed;
      else await lines(expected);
      if (comparable(text(), volatile) !== comparable(response.body, volatile)) different.push(id);
      socket.destroy();
    }
    await fresh?.stop();
    // It tells of a Go runtime.
    expect(different).toEqual(["tcp.call7"]);
  }, 60_000);
});

/** Every method that the text names is there, or the engine has none of that name either. */
function isBuilt(text: string): boolean {
  const names = [...text.matchAll(/"method":"(\w+\.\w+)"/g)].map(([, name]) => name ?? "");
  return names.every((name) => typeof findMethod(name) !== "string" || /Foo|Bar|apiers/.test(name));
}
