// Loaded into every thread of a profiled program: a CPU profile per thread, written when the thread ends. Node's own
// --cpu-prof loses the profile of a worker that is terminated, so terminate() first asks the worker for its own.
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { join } from "node:path";
import { BroadcastChannel, isMainThread, threadId, Worker } from "node:worker_threads";

const folder = process.env["BENCH_PROFILE_FOLDER"];
const CHANNEL = "bench-profile";
const SAMPLE_EVERY_US = 500;
const PATIENCE_MS = 10_000;

if (folder !== undefined) {
  const write = startProfile(join(folder, `${process.pid}-${threadId}.cpuprofile`));
  if (isMainThread) waitForWorkers();
  else writeWhenAsked(write);
  process.on("exit", write);
}

/** Returns the function that stops the profile and writes it; later calls do nothing. */
function startProfile(path) {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: SAMPLE_EVERY_US });
  session.post("Profiler.start");
  let isWritten = false;
  return () => {
    if (isWritten) return;
    isWritten = true;
    session.post("Profiler.stop", (error, result) => {
      if (error !== null) throw error;
      const { user, system } = process.threadCpuUsage();
      writeFileSync(path, JSON.stringify({ ...result.profile, threadId, cpu_us: user + system }));
    });
  };
}

function writeWhenAsked(write) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    if (data.stop !== threadId) return;
    write();
    channel.postMessage({ stopped: threadId });
  };
  channel.unref();
}

function waitForWorkers() {
  const channel = new BroadcastChannel(CHANNEL);
  const waiting = new Map();
  channel.onmessage = ({ data }) => waiting.get(data.stopped)?.();
  channel.unref();
  // oxlint-disable-next-line typescript/unbound-method -- called with its worker as `this` below
  const { terminate } = Worker.prototype;
  Worker.prototype.terminate = async function terminateProfiled() {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      waiting.set(this.threadId, () => {
        clearTimeout(timer);
        resolve();
      });
      channel.postMessage({ stop: this.threadId });
    });
    return terminate.call(this);
  };
}
