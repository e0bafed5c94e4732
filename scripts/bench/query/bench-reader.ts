import { prepareCase } from "../../../src/queries/case-views.ts";
import { parseScope, type Scope } from "../../../src/queries/scope.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { loadJournalTables, type JournalRow } from "../../../src/store/journal-tables.ts";

/** No scope: the whole case. */
export const WHOLE_CASE: Scope = parseScope({});

/** Opens a case as the commands do, with an empty journal. */
export async function openForBench(folder: string): Promise<CaseReader> {
  return CaseReader.open(folder, {
    prepare: async (database) => {
      await loadJournalTables(database, noRows());
      await prepareCase(database, WHOLE_CASE);
    },
  });
}

async function* noRows(): AsyncGenerator<JournalRow> {
  yield* [];
}
