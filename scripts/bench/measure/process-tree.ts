import { readdirSync, readFileSync } from "node:fs";

/*
 * A look at running processes through /proc. Where there is none (macOS, Windows) nothing is seen, and the figures
 * that processes report of themselves have to do.
 */

const TICKS_PER_SECOND = 100;

/** Peak memory of a process tree and CPU time by kind of thread, gathered by looking again and again. */
export class TreeWatch {
  /** Largest sum of resident memory over all processes of the tree seen at one moment. */
  peak_rss_bytes = 0;
  /** CPU seconds by thread id and name, as last seen. */
  private readonly threads = new Map<string, { name: string; cpu_s: number }>();
  private readonly timer: NodeJS.Timeout;
  private readonly root: number;
  private looks = 0;

  constructor(root: number, interval_ms: number) {
    this.root = root;
    this.timer = setInterval(() => this.look(), interval_ms);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** CPU seconds and number of threads by thread name, most first. */
  threadTimes(): { name: string; threads: number; cpu_s: number }[] {
    const byName = new Map<string, { name: string; threads: number; cpu_s: number }>();
    for (const { name, cpu_s } of this.threads.values()) {
      const sum = byName.get(name) ?? { name, threads: 0, cpu_s: 0 };
      byName.set(name, { name, threads: sum.threads + 1, cpu_s: sum.cpu_s + cpu_s });
    }
    return [...byName.values()].toSorted((a, b) => b.cpu_s - a.cpu_s);
  }

  private look(): void {
    const pids = treeOf(this.root);
    const rss = pids.reduce((sum, pid) => sum + rssOf(pid), 0);
    this.peak_rss_bytes = Math.max(this.peak_rss_bytes, rss);
    // Threads are many and their times only matter at the end: every fifth look is enough.
    this.looks += 1;
    if (this.looks % 5 === 0) for (const pid of pids) this.lookAtThreads(pid);
  }

  private lookAtThreads(pid: number): void {
    for (const id of namesIn(`/proc/${pid}/task`)) {
      const stat = textOf(`/proc/${pid}/task/${id}/stat`);
      const match = /^\d+ \((.*)\) (.*)$/s.exec(stat);
      if (match === null) continue;
      const [, name = "", rest = ""] = match;
      const fields = rest.split(" ");
      const cpu_s = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
      this.threads.set(id, { name, cpu_s });
    }
  }
}

function treeOf(root: number): number[] {
  const pids = [root];
  for (const pid of pids) {
    for (const thread of namesIn(`/proc/${pid}/task`)) {
      const children = textOf(`/proc/${pid}/task/${thread}/children`);
      pids.push(...children.split(" ").filter(Boolean).map(Number));
    }
  }
  return pids;
}

function rssOf(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
