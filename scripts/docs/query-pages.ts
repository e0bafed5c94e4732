import { readLibrary } from "../../src/queries/library.ts";
import { MACROS } from "../../src/queries/macros.ts";
import { PHASES, type QueryFile, type QueryParameter } from "../../src/queries/query-file.ts";
import { REFERENCE_TABLES } from "../../src/queries/reference-tables.ts";
import { attackChapter } from "./attack-matrix.ts";
import { WRITTEN_BY } from "./generated-file.ts";
import { markdownTable } from "./markdown-table.ts";
import {
  ANSWERS,
  ATTRIBUTION,
  KNOWN_ACCOUNTS,
  LATER_COPIES,
  MANY_QUERIES,
  NEEDS,
  OWN_QUERIES,
  USAGE,
} from "./query-words.ts";

/** docs/queries.md: every query of the library, by phase, as its front matter says. */
export function renderQueryPage(): string {
  const queries = bundledQueries();
  return [
    "# Queries",
    WRITTEN_BY,
    USAGE,
    indexTable(queries, ({ id }) => `#${id}`),
    ...ANSWERS,
    ...MANY_QUERIES,
    ...attackChapter(queries),
    ...byPhase(queries).flatMap(([phase, group]) => [`## ${phaseTitle(phase)}`, ...group.flatMap(section)]),
    ...OWN_QUERIES,
    markdownTable(["Function", "Gives"], MACROS.map(macroRow)),
    "These views are there besides `events` and `all_events`:",
    markdownTable(["View", "Columns", "Holds"], [KNOWN_ACCOUNTS, LATER_COPIES, ...REFERENCE_TABLES.map(referenceRow)]),
    ATTRIBUTION,
    "",
  ].join("\n\n");
}

/** queries/README.md: the index beside the files. */
export function renderQueryIndex(): string {
  return [
    "# The query library",
    WRITTEN_BY,
    `One question a file, a folder for each phase of an investigation. What each answer means and does not mean, and how to
write your own: [docs/queries.md](../docs/queries.md).`,
    indexTable(bundledQueries(), ({ id, phase }) => `${phase}/${id}.sql`),
    ...NEEDS,
    "",
  ].join("\n\n");
}

function bundledQueries(): readonly QueryFile[] {
  const { queries, problems } = readLibrary([]);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  return byPhase([...queries.values()]).flatMap(([, group]) => group);
}

/** In the order of an investigation, and by id inside a phase. */
function byPhase(queries: readonly QueryFile[]): [QueryFile["phase"], QueryFile[]][] {
  const groups = Map.groupBy(queries, ({ phase }) => phase);
  return PHASES.flatMap((phase) => {
    const group = groups.get(phase);
    return group === undefined ? [] : [[phase, group] as [QueryFile["phase"], QueryFile[]]];
  });
}

function indexTable(queries: readonly QueryFile[], linkOf: (query: QueryFile) => string): string {
  return markdownTable(
    ["Query", "Phase", "Question", "Parameters"],
    queries.map((query) => [
      `[${query.id}](${linkOf(query)})`,
      query.phase,
      query.question,
      query.params.map(nameInIndex).join(", "),
    ]),
  );
}

/** A star marks what must be given, as in `coldtrail query list`. */
function nameInIndex({ name, default: otherwise }: QueryParameter): string {
  return otherwise === undefined ? `\`${name}\`\\*` : `\`${name}\``;
}

function section(query: QueryFile): string[] {
  return [
    `### ${query.id}`,
    `${query.question} ${sentence(factsOf(query))}`,
    ...(query.params.length === 0
      ? []
      : [markdownTable(["Parameter", "Type", "Default", "Meaning"], query.params.map(parameterRow))]),
    list([
      `Cannot show: ${query.cannot_show}.`,
      ...query.false_positives.map((text) => `Beware: ${text}.`),
      ...(query.next.length === 0 ? [] : [`Next: ${query.next.map(nextLink).join(", ")}.`]),
      ...(query.attack.length === 0 ? [] : [`ATT&CK: ${query.attack.join(", ")}.`]),
      ...(query.references.length === 0 ? [] : [`See ${query.references.map((url) => `<${url}>`).join(", ")}.`]),
    ]),
  ];
}

function factsOf({ kind, severity, counts, requires, context }: QueryFile): string[] {
  return [
    kind === "finding" ? `a finding of severity ${severity} unless a row says otherwise` : `a question of kind ${kind}`,
    `counts ${counts}`,
    `needs ${requires.map((text) => `\`${text}\``).join(", ")}`,
    ...(context === "all" ? ["reads the whole case for what it says of a row, whatever the scope"] : []),
  ];
}

function sentence(facts: readonly string[]): string {
  const text = facts.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function parameterRow(param: QueryParameter): string[] {
  const type = param.choices === null ? param.type : param.choices.join(", ");
  const otherwise = param.default === undefined ? "must be given" : (param.default ?? "none");
  return [`\`${param.name}\``, type, otherwise, param.help];
}

function nextLink({ query, with: given }: QueryFile["next"][number]): string {
  const passed = Object.entries(given).map(([name, column]) => `\`${name}\` from \`${column}\``);
  return `[${query}](#${query})${passed.length === 0 ? "" : ` with ${passed.join(" and ")}`}`;
}

function macroRow({ name, parameters, meaning }: (typeof MACROS)[number]): string[] {
  return [`\`${name}(${parameters.join(", ")})\``, meaning];
}

function referenceRow({ name, columns, meaning }: (typeof REFERENCE_TABLES)[number]): string[] {
  return [`\`${name}\``, columns.map((column) => `\`${column}\``).join(", "), meaning];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function phaseTitle(phase: string): string {
  const words = phase.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
