import type { BadInput } from "../../test/ingest/bad-input/bad-input.ts";
import { BAD_INPUTS } from "../../test/ingest/bad-input/table.ts";
import { WRITTEN_BY } from "./generated-file.ts";
import { markdownTable } from "./markdown-table.ts";

/** docs/bad-input.md: every kind of bad input that a test knows, and what becomes of it. */
export function renderBadInputPage(): string {
  const parts = [
    "# Bad input",
    WRITTEN_BY,
    `What investigators are handed is seldom whole. Each line is a file that a test makes and loads, all of them into one case
in one run (\`test/ingest/bad-input/\`): none costs another one a record, every file has its row in \`evidence_files\`, and
records = stored + duplicate + rejected for each. What the statuses mean is in [formats.md](formats.md#what-is-read).`,
    markdownTable(["Input", "Status", "Events", "What is said of it", "What else holds"], BAD_INPUTS.map(rowOf)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function rowOf(input: BadInput): string[] {
  const status = input.status === "nothing" ? "" : `\`${input.status}\``;
  return [
    input.input,
    status,
    String(input.stored),
    input.said ?? "",
    [membersOf(input), input.so ?? ""].join(" ").trim(),
  ];
}

function membersOf({ members }: BadInput): string {
  if (members === undefined) return "";
  const list = Object.entries(members).map(([name, status]) => `\`${name}\` \`${status}\``);
  return `Members: ${list.join(", ")}.`;
}
