/*
 * A reader thread that stops at the files that say so in their names, each in its own way, or at every flush when a file
 * beside them is called `stops-at-flush`. Everything else the real reader does.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { FileTask } from "../../src/ingest/file-outcome.ts";
import type { ReaderReply, ReaderRequest, ReaderSetup } from "../../src/ingest/reader-protocol.ts";

const port = parentPort!;
const { current } = workerData as ReaderSetup;
const handlers: ((request: ReaderRequest) => void)[] = [];
let stopping = false;

// The real reader listens and answers through these, so that its requests and replies can be looked at.
const listen = port.on.bind(port);
port.on = ((event: string, handler: (request: ReaderRequest) => void) => {
  if (event === "message") handlers.push(handler);
  return port;
}) as typeof port.on;
const reply = port.postMessage.bind(port);
port.postMessage = (message: ReaderReply) => {
  if (!(stopping && message.kind === "idle")) reply(message);
};
await import("../../src/ingest/reader-worker.ts");

let folder = "";
listen("message", (request: ReaderRequest) => {
  if (request.kind === "flush" && existsSync(join(folder, "stops-at-flush"))) process.exit(1);
  const tasks = request.kind === "read" ? request.tasks : [];
  folder = dirname(tasks[0]?.absolute ?? folder);
  const culprit = tasks.find(({ path }) => path.includes("stops"));
  stopping = culprit !== undefined && !culprit.path.includes("flush");
  const given = stopping ? ({ kind: "read", tasks: tasks.slice(0, tasks.indexOf(culprit!)) } as const) : request;
  for (const handler of handlers) handler(given);
  // The files before it are read by then, and wait in an unfinished shard.
  if (stopping) setTimeout(() => stop(culprit!), 100);
});

function stop({ ordinal, path }: FileTask): void {
  Atomics.store(new Int32Array(current), 0, ordinal);
  if (path.includes("throws")) throw new Error("a bug in a decoder");
  process.exit(path.includes("quietly") ? 0 : 7);
}
