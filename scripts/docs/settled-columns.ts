/** Columns of `events` that come neither from one record's fields nor from one record alone; Markdown. */
export const SETTLED_MEANINGS: Readonly<Record<string, string>> = {
  actor_inferred: "True when `actor` is the ARN that the same principal id has elsewhere in the case",
  action_id: "One id for every record of an action; `event_id` when there is one record",
  event_copies: "Records of that action in the case",
  same_second_rank: "Above 0 for a call that uses what another call of the same second issued or created",
  root_actor: "Null in this version",
  root_grade: "Null in this version",
  integrity: "Null in this version",
  source_fidelity: "How near to what AWS delivered its source is; the words are below",
  wrapping: "What the record was wrapped in inside its file; NULL for what `evidence_files` says of the file",
  file_id: "Row of `evidence_files` that the record was read from",
  record_index: "Place of the record in that file, from 0",
  shape: "Which fields were written as null, `{}` or `[]`",
  extra: "Every other key of the record by its path, and `@tokens`",
};

/** What a table or view of the case is for; Markdown. */
export const TABLE_MEANINGS: Readonly<Record<string, string>> = {
  events: "One row an event. What queries read; a scope narrows this view.",
  all_events: "The same rows, never narrowed by a scope: for context, baselines, later deletes.",
  undated_events: "Events without a usable time, which every time range leaves out.",
  insights: "Insight events, with their details as columns.",
  aggregated_events: "Summaries of data events. They count many calls each, and are no rows of `events`.",
  event_resources: "One row for each entry of `resources`.",
  event_occurrences: "Every record of an event that is not the one shown, and where it stands.",
  evidence_files: "One row for each file ever offered, whatever became of it.",
  evidence_roots: "Label and last known place of each evidence root.",
  evidence_manifests:
    "One row for each manifest of `coldtrail sync` that lies in the evidence: its head, and what is wrong with it.",
  evidence_sources:
    "What a manifest says of a file: where in S3 it came from and when, and whether it is still the `same`, `altered`, `missing` or `unread`.",
  rejected_records: "Records that could not be read, with their place and reason.",
  event_minutes: "Events per minute and the first row of each minute: an index for windows of time.",
  entity_summary:
    "Every access key, address, actor, principal and role with its number of events and its first and last one, over the whole case.",
  event_rows: "What `events` is a view of. Its layout may change: query the view.",
  case_state: "Schema version, generation, whether it is settled, version of coldtrail that wrote last.",
  custody_log: "Journal lines of all examiners, one row each: commands, tags, notes and what undid them.",
  tags: "One row for each tag of each target; `undone` where it was taken back. For a bare mark `tag` is NULL.",
  notes: "One row for each note on each target; `undone` where it was taken back or worded anew.",
};
