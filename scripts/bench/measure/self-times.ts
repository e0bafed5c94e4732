import { basename } from "node:path";

/** A V8 CPU profile, as much of it as is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  readonly milliseconds: number;
}

const IDLE = new Set(["(idle)", "(root)"]);

/** Time spent in each function itself, not in what it calls; most first, waiting left out. */
export function selfTimes(profile: CpuProfile): SelfTime[] {
  return summed(profile, ({ functionName, url, lineNumber }) =>
    url === ""
      ? functionName || "(anonymous, native)"
      : `${functionName || "(anonymous)"} ${basename(url)}:${lineNumber + 1}`,
  );
}

/** The same by source file; V8's own work under its own names. */
export function selfTimesByFile(profile: CpuProfile): SelfTime[] {
  return summed(profile, ({ functionName, url }) => {
    if (url !== "") return basename(url);
    return functionName.startsWith("(") ? functionName : "(native functions)";
  });
}

type Frame = CpuProfile["nodes"][number]["callFrame"];

function summed({ nodes, samples, timeDeltas }: CpuProfile, nameOf: (frame: Frame) => string): SelfTime[] {
  const names = new Map(
    nodes
      .filter(({ callFrame }) => !IDLE.has(callFrame.functionName))
      .map(({ id, callFrame }) => [id, nameOf(callFrame)]),
  );
  const times = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const name = names.get(id);
    // The time until the next sample is the sampled function's.
    if (name !== undefined) times.set(name, (times.get(name) ?? 0) + (timeDeltas[i + 1] ?? 0) / 1_000);
  }
  return [...times]
    .map(([name, milliseconds]) => ({ name, milliseconds }))
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
}
