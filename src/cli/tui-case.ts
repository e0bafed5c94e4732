import { availableParallelism, totalmem } from "node:os";
import { basename } from "node:path";
import { readOriginal } from "../ingest/original-record.ts";
import { resolveExaminer } from "../journal/examiner.ts";
import { prepareCase } from "../queries/case-views.ts";
import { WHOLE_CASE, type Scope } from "../queries/scope.ts";
import { readCaseSize } from "../queries/views/case-size.ts";
import { prepareViewMacros } from "../queries/views/view-macros.ts";
import { CaseReader } from "../store/case-reader.ts";
import type { CaseHandle } from "../tui/session.ts";
import { loadJournals } from "./command-run.ts";
import { TOOL_VERSION } from "./version.ts";

export interface TuiCase {
  readonly caseFolder: string;
  readonly journalFolder: string;
  readonly examiner: string | undefined;
  readonly scope: Scope;
}

const MEMORY_MAX_BYTES = 4e9;
const MEMORY_SHARE = 0.4;

/** Opens the published generation with what a machine can spare while somebody types. */
export async function openTuiCase({ caseFolder, journalFolder, examiner, scope }: TuiCase): Promise<CaseHandle> {
  const reader = await CaseReader.open(caseFolder, {
    // One core stays free for the keys: with all of them a scan makes every arrow key wait.
    threads: Math.max(1, availableParallelism() - 1),
    memoryLimit: `${Math.floor(Math.min(MEMORY_MAX_BYTES, totalmem() * MEMORY_SHARE) / 1e6)}MB`,
  });
  try {
    const size = await readCaseSize(reader);
    return {
      opened: {
        reader,
        openForViews: async () => reader.sibling(prepareViewMacros),
        openSibling: async (prepare) =>
          reader.sibling(async (database) => {
            await prepareCase(database, WHOLE_CASE, caseFolder);
            await loadJournals(database, journalFolder);
            await prepare?.(database);
          }),
        readOriginal,
        close: () => reader.close(),
      },
      facts: {
        name: basename(caseFolder),
        folder: caseFolder,
        journalFolder,
        examiner: resolveExaminer(examiner),
        tool_version: TOOL_VERSION,
        scope,
        ...size,
        unfinished_ingest: reader.unfinishedIngest,
        generation: reader.state.generation,
      },
    };
  } catch (error) {
    reader.close();
    throw error;
  }
}
