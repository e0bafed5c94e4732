import { resolve } from "node:path";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { adoptFolder, CANNOT_BE_PROVEN } from "../manifest/adopt-folder.ts";
import { MANIFEST_NAME } from "../manifest/manifest-line.ts";
import { verifyFolder } from "../manifest/verify-folder.ts";
import type { CommandResult, CommandRun } from "./command-run.ts";
import { bytes } from "./sync-summary.ts";
import { TOOL_VERSION } from "./version.ts";

/** `sync --verify`: every file of a folder against its manifest, and the manifest against its chain. */
export async function verifySynced(run: CommandRun, folder: string): Promise<CommandResult> {
  let problems = 0;
  const verdict = await verifyFolder(folder, {
    signal: run.interrupt.signal,
    onProgress: (done, size) =>
      run.terminal.progress(`Checking: ${done.toLocaleString("en-US")} files, ${bytes(size)}`),
    onProblem: ({ path, problem, detail }) => {
      problems += 1;
      run.terminal.complain(`${problem}: ${path}: ${detail}`);
    },
  });
  if (verdict.head.seq === 0) {
    throw new UsageError({
      what: "No manifest",
      where: resolve(folder, MANIFEST_NAME),
      fix: "Name a folder that `coldtrail sync` made, or make a manifest with --adopt.",
    });
  }
  for (const { line, problem } of verdict.broken_lines) run.terminal.complain(`manifest line ${line}: ${problem}`);
  const changed = verdict.broken_lines.filter(({ problem }) => problem !== "torn").length;
  await run.terminal.print(
    `${verdict.same} of ${verdict.objects} files are what was fetched (${bytes(verdict.size_bytes)}); ${problems} problems\n` +
      `manifest: entry ${verdict.head.seq}, head ${verdict.head.hash}; ${changed === 0 ? "its chain is whole" : `${changed} lines changed`}${verdict.unfinished_runs > 0 ? `; ${verdict.unfinished_runs} runs were cut off` : ""}\n` +
      "That nothing was cut off its end, and that it was not written anew, only a head that was noted elsewhere can show.\n",
  );
  if (run.interrupt.signal.aborted) return { exitCode: EXIT_CODES.interrupted, counts: { problems } };
  return {
    exitCode: problems > 0 || changed > 0 ? EXIT_CODES.integrity : EXIT_CODES.ok,
    counts: { files: verdict.objects, same: verdict.same, problems, manifest_lines_changed: changed },
  };
}

/** `sync --adopt`: a manifest for what another tool brought. */
export async function adoptSynced(run: CommandRun, folder: string): Promise<CommandResult> {
  const adopted = await adoptFolder(folder, {
    tool_version: TOOL_VERSION,
    argv: process.argv.slice(2),
    signal: run.interrupt.signal,
    onProgress: (files, size) =>
      run.terminal.progress(`Hashing: ${files.toLocaleString("en-US")} files, ${bytes(size)}`),
  });
  for (const { path, reason } of adopted.unreadable) run.terminal.complain(`unreadable: ${path}: ${reason}`);
  await run.terminal.print(
    `${adopted.files} files adopted, ${bytes(adopted.size_bytes)}; manifest entry ${adopted.head.seq}, head ${adopted.head.hash}\n` +
      `From now on any change shows. What can no longer be proven:\n${CANNOT_BE_PROVEN.map((text) => `- ${text}\n`).join("")}`,
  );
  if (run.interrupt.signal.aborted) return { exitCode: EXIT_CODES.interrupted, counts: {} };
  return {
    exitCode: adopted.unreadable.length > 0 ? EXIT_CODES.unreadable : EXIT_CODES.ok,
    counts: { files: adopted.files, unreadable: adopted.unreadable.length },
    exported: true,
  };
}
