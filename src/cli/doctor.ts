import type { Command } from "commander";
import { existsSync, statfsSync, statSync } from "node:fs";
import { EXIT_CODES } from "../errors.ts";
import { escapeControls } from "../export/sanitise.ts";
import { verifyJournals } from "../journal/verify-journal.ts";
import { caseFolder } from "../store/case-folder.ts";
import { checkCaseHealth, engineVersion } from "../store/case-health.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import type { Terminal } from "./terminal.ts";
import { TOOL_VERSION } from "./version.ts";

export function addDoctorCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("doctor")
    .summary("versions, the health of the case, what is missing")
    .description(
      "Print versions, check the case and its journals, and say what is missing. Exit code 4 when a check fails.",
    );
  addSharedOptions(command).action(async (options: SharedOptions) => runCommand(terminal, options, doctor));
}

interface Finding {
  readonly level: "ok" | "note" | "FAILED";
  readonly text: string;
}

async function doctor(run: CommandRun): Promise<CommandResult> {
  const findings: Finding[] = [
    { level: "ok", text: `coldtrail ${TOOL_VERSION}, Node ${process.versions.node}, DuckDB ${await engineVersion()}` },
    { level: "ok", text: `${process.platform} ${process.arch}` },
    ...(await caseFindings(run)),
    ...(await journalFindings(run)),
  ];
  const lines = findings.map(({ level, text }) => `${level.padEnd(7)} ${escapeControls(text)}\n`);
  await run.terminal.print(lines.join(""));
  const failed = findings.filter(({ level }) => level === "FAILED").length;
  return { exitCode: failed > 0 ? EXIT_CODES.integrity : EXIT_CODES.ok, counts: { failed } };
}

async function caseFindings(run: CommandRun): Promise<Finding[]> {
  const folder = caseFolder(run.caseFolder);
  if (!existsSync(folder.published) && !existsSync(folder.next)) {
    return [{ level: "note", text: `no case in ${folder.folder}: coldtrail ingest PATH makes one` }];
  }
  const disk = statfsSync(folder.folder);
  const free = Math.floor((disk.bavail * disk.bsize) / 1e6);
  const size = existsSync(folder.published) ? statSync(folder.published).size : 0;
  const space: Finding = {
    level: free * 1e6 < size * 1.2 ? "note" : "ok",
    text: `case of ${Math.ceil(size / 1e6)} MB, ${free} MB free on its disk${free * 1e6 < size * 1.2 ? ": too little for the next ingest, except --in-place" : ""}`,
  };
  if (!existsSync(folder.published))
    return [space, { level: "note", text: "the first ingest is not finished: run it again" }];
  const reader = await run.openCase();
  try {
    const { state } = reader;
    const about = `schema ${state.schema_version}, generation ${state.generation}, written by coldtrail ${state.tool_version}`;
    return [space, { level: "ok", text: `${folder.folder}: ${about}` }, ...(await checkCaseHealth(reader))];
  } finally {
    reader.close();
  }
}

async function journalFindings(run: CommandRun): Promise<Finding[]> {
  if (!existsSync(run.journalFolder)) return [{ level: "note", text: "no journal yet" }];
  const { files } = await verifyJournals(run.journalFolder);
  return files.map(({ file, entries, broken }) =>
    broken === null
      ? { level: "ok", text: `journal ${file}: ${entries} entries, chain whole` }
      : { level: "FAILED", text: `journal ${file} line ${broken.line}: ${broken.detail}` },
  );
}
