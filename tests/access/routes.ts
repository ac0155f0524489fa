// Every HTTP route, as the app itself has it.
import { createApp } from "../../src/http/app.ts";

interface Layer {
  path: string;
  methods: string[];
}

/** In the order of the app. */
export function allRoutes(): { method: string; path: string }[] {
  const engine = { sources: [], people: { sessions: {}, nowMs: Date.now } };
  const metrics = { answerTimes: { observe: () => undefined } };
  const parts = { engine, metrics, limits: { bodyBytes: 1, queueBytes: 1 }, log: {}, signIns: {} };
  const app = createApp(parts as never);
  const routers = app.middleware.flatMap(
    (one) => (one as { router?: { stack: Layer[] } }).router ?? [],
  );
  return routers.flatMap(({ stack }) =>
    stack.flatMap(({ path, methods }) => methods.map((method) => ({ method, path: String(path) }))),
  );
}
