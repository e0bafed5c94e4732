/** What docs/queries.md says besides the front matter of the files. */
import { KINDS, PARAMETER_TYPES, PHASES, SEVERITIES } from "../../src/queries/query-file.ts";
import { SUBJECT_KINDS } from "../../src/queries/requirement.ts";
import { markdownTable } from "./markdown-table.ts";

export const USAGE = `\`\`\`sh
coldtrail query list
coldtrail query show key-usage
coldtrail query run overview --case ./case
coldtrail query run key-usage --param access_key=AKIAIOSFODNN7EXAMPLE --since 2026-03-29 --format csv -o key.csv
coldtrail query run --phase persistence impact -o findings
coldtrail query run --attack T1098
coldtrail query show access-denied --from-row @denied.csv:1
coldtrail query show access-denied --sql
\`\`\`

\`--since\`, \`--until\`, \`--account\`, \`--region\`, \`--principal\` and \`--outcome\` narrow what any query reports. The last command
above prints SQL that gives the same rows in any DuckDB.`;

const EVENT_COLUMNS: readonly (readonly [string, string])[] = [
  ["event_time", "when the request was completed, in whole seconds, UTC"],
  ["account", "the account that received the record: `recipient_account_id`"],
  ["region", "`aws_region`"],
  ["service, event_name", "what was called"],
  [
    "outcome",
    "one of the words of docs/formats.md; `no-error` says that no error was recorded, not that the call worked",
  ],
  ["actor", "the identity as AWS recorded it, never a verdict on who is accountable"],
  ["access_key", "the key that signed the call; empty when the record has none"],
  ["source_ip", "`sourceIPAddress` as written: an address, or the name of a service that called"],
  ["user_agent", "as the client wrote it: anyone can write anything"],
  ["target", "what the call acted on; several things as a JSON array"],
  ["detail", "the error code, or what else the question is about"],
  ["event_id", "for `coldtrail show`"],
];

const COUNT_COLUMNS: readonly (readonly [string, string])[] = [
  ["n_records", "records in the case"],
  [
    "n_actions",
    "the same with copies counted once: one action may be recorded in several accounts, or be corrected later",
  ],
  ["n_failed", "records with outcome failure, denied or partial"],
  ["n_denied", "those of them that were denied"],
  ["first_seen, last_seen", "times of the first and the last record"],
  ["first_event_id, last_event_id", "their ids"],
];

const EFFECTS: readonly (readonly [string, string])[] = [
  ["weakened", "less is protected or recorded than before"],
  ["restored", "what had been weakened in this case was taken back"],
  ["removed", "something is gone"],
  ["created", "something is there that was not"],
  ["attempted", "refused or failed: nothing changed"],
  ["(empty)", "the case does not tell whether the change was for better or worse"],
];

export const ANSWERS: readonly string[] = [
  "## What an answer says",
  `Every answer names its scope, the time of the last event in the case (what is said about a state is as of then), what was
recorded of the kinds of records that it needs, and what it cannot show. An empty answer says which it is: such records were recorded
and none matches; the case has such records, but never for the bucket, account, region or other thing asked; or the case has no
such record at all. Trails record data events for chosen buckets and functions only, so the second is as common as the third.

Insight and network activity records report on calls and are no calls: no count includes them. Order inside one second is not
established by CloudTrail.

Queries that list events begin with these columns:`,
  markdownTable(["Column", "Meaning"], EVENT_COLUMNS.map(codeFirst)),
  "Queries that group carry these:",
  markdownTable(["Column", "Meaning"], COUNT_COLUMNS.map(codeFirst)),
  "A finding has a `severity`, says `why`, and where it judges a change has an `effect`, which the severity follows:",
  markdownTable(["Effect", "Meaning"], EFFECTS),
];

export const MANY_QUERIES: readonly string[] = [
  "## Many queries at once",
  `Several ids, \`--phase\`, \`--attack\` or \`--all\` run one query after the other over the case, each told on stderr as it ends. The summary has the
worst first: rows by severity and effect, the first and the last time, and the command that shows the rows. Queries with a parameter
that must be given are left out and named, and a query without any record that it needs says so. Of a query that fails the others know
nothing; the exit code is then 5. Ctrl+C keeps what has ended (exit code 130).

With \`-o DIR\`, an empty or new folder, every query that ran leaves its rows as CSV with a \`.meta.json\` beside it, and \`findings.csv\` has the
rows of all findings in order of time: the columns of an event as above, then \`query_id\`, \`severity\`, \`effect\` and \`why\`.`,
];

const KEYS: readonly (readonly [string, string])[] = [
  ["id", "the file's name without `.sql`"],
  ["title, question", "a few words, and the question with its question mark"],
  ["phase", `one of ${PHASES.join(", ")}`],
  ["kind", `one of ${KINDS.join(", ")}`],
  ["severity", `one of ${SEVERITIES.join(", ")}; a row's own column \`severity\` wins`],
  ["attack", "ATT&CK technique ids; ids that v19 renamed are taken too"],
  [
    "requires",
    "what must have been recorded: `management:write`, `data:s3:read($bucket)`, `insight`, `network` and the like; see below",
  ],
  ["context", "`all` when it reads `all_events`; else `scope`"],
  ["counts", "records, actions or things: what a row counts"],
  [
    "params",
    "by name: `type`, `help`, and if wanted `default`, `suggest` (a column of `events`), `choices` (of a string)",
  ],
  [
    "columns",
    "roles of result columns: `{time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id}`",
  ],
  ["next", "queries that follow, with the columns passed on: `[{query: ip-pivot, with: {ip: source_ip}}]`"],
  [
    "tests",
    'what it is known to find, for the tests of the bundled library: `[{fixture: demo, rows: "3"}, {fixture: stratus/persistence.iam-backdoor-user, rows: ">=1"}]`, with `params` if wanted',
  ],
  [
    "false_positives, cannot_show, references",
    "what may mislead, what the answer cannot show (one line), and where to read on",
  ],
];

const REQUIREMENTS: readonly (readonly [string, string])[] = [
  ["management, management:read, management:write", "management events, all or by what AWS marks as read only"],
  ["data, data:s3, data:*:write, data:s3:read", "data events, of one service or of all, reads or writes"],
  ["insight, network", "Insight records, network activity records"],
  [
    "data:s3:read($bucket)",
    "those of the thing that the parameter names, a bucket, function, table or other resource, by name or ARN; when the parameter is left out, of all",
  ],
  ["data:lambda(nightly-report)", "those of a thing that the query itself names"],
  [
    "management(key=$access_key)",
    `those of another subject: ${SUBJECT_KINDS.filter((kind) => kind !== "resource").join(", ")} in place of key; \`principal\` and \`client\` take \`*\` and \`?\``,
  ],
];

/** What `requires` may say; stands in the index beside the files too. */
export const NEEDS: readonly string[] = [
  `\`requires\` names what must have been recorded for an answer. When nothing matches, the answer says for each whether such
records were recorded where the question looks, or are in the case but never of the thing, account or region asked, or not in it at all:`,
  markdownTable(["Requirement", "Asks for"], REQUIREMENTS.map(codeFirst)),
];

export const OWN_QUERIES: readonly string[] = [
  "## Your own queries",
  `A query is a \`.sql\` file: YAML in comment lines between two lines \`-- ---\`, then one SELECT of DuckDB with \`$name\` parameters.
coldtrail looks for them in \`queries/\` inside the case, in folders given with \`--library\`, and in \`COLDTRAIL_QUERIES\`.

\`\`\`sql
-- ---
-- id: regions-of-a-principal
-- title: Regions of a principal
-- question: In which regions was this principal active?
-- phase: pivot
-- kind: pivot
-- requires: [management]
-- params:
--   principal: {type: glob, help: "ARN or name; * and ? are wildcards"}
-- cannot_show: regions whose log files are not in the case
-- ---
SELECT aws_region, count(*) AS n_records
FROM events
WHERE ct_glob(actor, CAST($principal AS VARCHAR))
GROUP BY aws_region
ORDER BY n_records DESC, aws_region NULLS LAST;
\`\`\`

\`coldtrail query new regions-of-a-principal\` writes a query with every part explained, to change. \`coldtrail query check\` names what is wrong with file and line, and labels each file \`portable\` or \`duckdb-only\`, with the reasons.
Portable SQL can later run on other engines; it keeps to standard SQL and the functions below. Your own queries may use all of DuckDB.`,
  markdownTable(["Key", "Meaning"], KEYS.map(codeFirst)),
  ...NEEDS,
  `Types of parameters: ${PARAMETER_TYPES.map((type) => `\`${type}\``).join(", ")}. A \`duration\` such as 10m is bound as seconds, a \`cidr\` named
\`ip\` as \`$ip_low\` and \`$ip_high\` for \`source_ip_key BETWEEN\`, a \`list\` for \`IN $name\`; every other parameter stands inside a CAST.`,
  "`events` is what the scope leaves, `all_events` the whole case; the columns are in docs/formats.md. These functions are there besides DuckDB's own:",
];

export const KNOWN_ACCOUNTS: readonly string[] = [
  "`known_accounts`",
  "`account_id`, `source`",
  "accounts known as your own: those that trail files were delivered for, and those that `own-accounts.txt` in the case names, one a line; when no record names a recipient, the account of most callers; whatever the scope",
];

export const LATER_COPIES: readonly string[] = [
  "`later_copies`",
  "`file_id`, `record_index`",
  "records of the scope that tell of an action which another record of the scope stands for, as the copy in the trail of a bucket's owner; without them `count(*)` counts actions, and sums of bytes hold nothing twice",
];

export const ATTRIBUTION = `\`ref_abused_apis\` is taken from [TrailDiscover](https://traildiscover.cloud) by Adan Álvarez, under
[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/); what was changed is said in reference/README.md. A script of \`query show --sql\`
brings along the functions and views that its query uses. The accounts of a case as one text, for functions that take \`own\`, are
\`(SELECT ct_set(account_id) FROM known_accounts)\`.`;

function codeFirst([names, meaning]: readonly [string, string]): [string, string] {
  const code = names.startsWith("(")
    ? names
    : names
        .split(", ")
        .map((name) => `\`${name}\``)
        .join(", ");
  return [code, meaning];
}
