// Goal: bodies that come slowly hold bounded memory together, and nobody is refused for long.
// Method: raw sockets that send parts of bodies.
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

let service: TestService;
const sockets: Socket[] = [];
beforeAll(async () => {
  const limits = { queueBytes: 50_000, bodyBytes: 200_000 };
  service = await startTestService({ settings: { limits } });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await service.stop();
});

/** Sends this many bytes of a body of 100,000. */
function sendPart(bytes: number) {
  const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
  sockets.push(socket);
  const seen = { text: "" };
  socket.on("data", (more) => {
    seen.text += more.toString("latin1");
  });
  const head = "POST /cgr HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n";
  socket.write(`${head}accid=slow&pad=${"x".repeat(bytes)}`);
  return { socket, seen };
}

const call = (more: string) =>
  `accid=quick&account=1001&destination=34650123456&usage=60&answer_time=2026-03-02T09:00:00Z${more}`;

it("what is over the bytes of all is told to come again, until others have gone", async () => {
  const first = sendPart(30_000);
  const full = call(`&pad=${"x".repeat(30_000)}`);
  await expect.poll(async () => (await service.post("/cgr", full)).status).toBe(503);
  expect((await service.post("/cgr", full)).body.code).toBe("too-busy");
  expect((await service.post("/cgr", call(""))).status).toBe(200);
  const second = sendPart(30_000);
  await expect.poll(() => second.seen.text).toMatch(/^HTTP\/1\.1 503 /);
  first.socket.destroy();
  second.socket.destroy();
  await expect.poll(async () => (await service.post("/cgr", full)).status).toBe(200);
});

it("one body alone may be larger than all together", async () => {
  const large = call(`&pad=${"x".repeat(100_000)}`);
  await expect.poll(async () => (await service.post("/cgr", large)).status).toBe(200);
});
