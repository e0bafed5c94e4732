import type { Examiner } from "../../journal/examiner.ts";
import type { Scope } from "../../queries/scope.ts";
import type { ReadOriginal } from "../../queries/views/event-detail.ts";
import type { CaseReader } from "../../store/case-reader.ts";
import type { Database } from "../../store/database.ts";

/** The open case as the views name it. A reload makes a new one. */
export interface CaseFacts {
  /** Last part of the case folder. */
  readonly name: string;
  readonly folder: string;
  readonly journalFolder: string;
  /** Who works, for marks. */
  readonly examiner: Examiner;
  /** Version of coldtrail, for the journal. */
  readonly tool_version: string;
  /** What the command line narrowed: the filter of the first level. */
  readonly scope: Scope;
  /** Events in the whole case, exact. */
  readonly n_events: number;
  /** First and last event time as the store writes it (`2024-03-01 08:00:00`, UTC); null in an empty case. */
  readonly first_event_time: string | null;
  readonly last_event_time: string | null;
  /** An ingest runs or was killed: its files are not in here. */
  readonly unfinished_ingest: boolean;
  readonly generation: number;
}

/** What the command line hands over: a case open for reading. */
export interface OpenedCase {
  readonly reader: CaseReader;
  /** As `openSibling`, for views, which ask no library queries: made at once. Without it `openSibling` serves them too. */
  openForViews?(): Promise<CaseReader>;
  /** One more connection to it, with the `ct_*` macros, reference tables and journal tables; `prepare` adds to them. */
  openSibling(prepare?: (database: Database) => Promise<void>): Promise<CaseReader>;
  /** Reads a record from its evidence file, as `coldtrail show` does; without it records are shown as rebuilt. */
  readonly readOriginal?: ReadOriginal;
  close(): void;
}
