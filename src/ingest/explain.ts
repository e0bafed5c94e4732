import { basename } from "node:path";
import { walkArchive } from "./containers/archive-walk.ts";
import { discover } from "./discover.ts";
import { openEvidence, reasonOf } from "./evidence-bytes.ts";
import { explainContent, explainParquet } from "./explain-content.ts";
import { shownName, unreadOutcome, type FileTask } from "./file-outcome.ts";
import { openContent } from "./open-content.ts";
import { isParquet } from "./read-parquet.ts";

/** How one file, or one member of an archive, was recognised. */
export interface Explained {
  readonly file: string;
  /** One step a line. */
  readonly steps: readonly string[];
}

/** So many members of an archive are explained; the others would say the same. */
const MEMBERS_MAX = 100;

/** Says of each file below the paths how it is recognised. Makes no case, and never throws for what a file holds. */
export async function* explainFiles(paths: readonly string[]): AsyncGenerator<Explained> {
  for (const path of paths) {
    for (const found of discover(path, new Set())) {
      if ("reason" in found) yield { file: found.absolute, steps: [`status: unreadable (${found.reason})`] };
      else yield* explainFile(found.absolute);
    }
  }
}

async function* explainFile(absolute: string): AsyncGenerator<Explained> {
  const task: FileTask = { ordinal: 0, root: "", path: basename(absolute), absolute };
  let file: ReturnType<typeof openEvidence>;
  try {
    file = openEvidence(absolute);
  } catch (error) {
    yield { file: absolute, steps: [`status: unreadable (${reasonOf(error as NodeJS.ErrnoException)})`] };
    return;
  }
  try {
    yield* explainOpened(task, file);
  } catch (error) {
    // What breaks while an archive is walked is said of the archive.
    yield { file: absolute, steps: [`status: unreadable (${(error as Error).message})`] };
  } finally {
    file.close();
  }
}

async function* explainOpened(task: FileTask, file: ReturnType<typeof openEvidence>): AsyncGenerator<Explained> {
  const content = await openContent(file);
  const stored = `stored: ${file.size} bytes`;
  if (content.kind === "archive") {
    const { archive, budget } = content;
    yield { file: task.absolute, steps: [stored, `containers: ${archive.chain.join(" > ")}`] };
    let members = 0;
    for await (const member of walkArchive(archive, { budget, leaveOut: () => null, isKnown: () => false })) {
      members += 1;
      if (members > MEMBERS_MAX) break;
      const of = { ...task, member_path: member.path };
      const name = shownName({ path: task.absolute, member_path: member.path });
      const steps = [`stored: ${member.size_bytes ?? "unknown"} bytes`];
      const inner = member.content;
      if (inner.kind === "bytes") steps.push(...containersOf(inner.container), ...explainContent(of, inner));
      else if ("reason" in inner) steps.push(`status: ${inner.kind} (${inner.reason})`);
      yield { file: name, steps };
    }
    return;
  }
  const steps = [stored, `SHA-256: ${content.sha256_stored ?? "unknown"}`, ...containersOf(content.container)];
  if (content.kind === "bytes") yield { file: task.absolute, steps: [...steps, ...explainContent(task, content)] };
  else {
    const refused = unreadOutcome(task, content.kind, content.reason);
    const { size: size_bytes, modified_at } = file;
    const reported = {
      ...refused,
      file: { ...refused.file, size_bytes, modified_at, sha256_stored: content.sha256_stored },
    };
    const status = `status: ${content.kind} (${content.reason})`;
    const said = isParquet(reported) ? await explainParquet(task, reported) : [status];
    yield { file: task.absolute, steps: [...steps, ...said] };
  }
}

function containersOf(container: string): string[] {
  return [`containers: ${container === "" ? "none" : container.replaceAll(">", " > ")}`];
}
