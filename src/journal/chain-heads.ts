import { join } from "node:path";
import { openForRead } from "./journal-lines.ts";
import { readTail } from "./journal-tail.ts";
import { listJournals } from "./journal-name.ts";

/** The last whole line of one journal: whoever notes its hash down can later prove everything before it. */
export interface ChainHead {
  readonly file: string;
  readonly examiner: string;
  readonly host: string;
  readonly seq: number;
  readonly hash: string;
}

/** The heads of all journals in `folder`, sorted by file name; a journal without a whole line has none. Nothing is verified. */
export async function chainHeads(folder: string): Promise<ChainHead[]> {
  const heads: ChainHead[] = [];
  for (const file of (await listJournals(folder)).journals) {
    const path = join(folder, file);
    const opened = await openForRead(path);
    try {
      const { link } = await readTail(opened, path);
      if (link !== null) {
        const { examiner, host, seq, hash } = link;
        heads.push({ file, examiner, host, seq, hash });
      }
    } finally {
      await opened.close();
    }
  }
  return heads;
}
