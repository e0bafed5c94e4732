/** The terminal UI on the case named first, with a bug that strikes a moment after the first frame: `throw` or `reject`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openTuiCase } from "../../src/cli/tui-case.ts";
import { WHOLE_CASE } from "../../src/queries/scope.ts";
import { caseFolder } from "../../src/store/case-folder.ts";
import { launch } from "../../src/tui/launch.ts";
import { systemClock } from "../../src/tui/state/clock.ts";
import { openLogFile } from "../../src/tui/terminal/log-file.ts";

const [folder = "", how = "throw"] = process.argv.slice(2);
const openCase = async (): ReturnType<typeof openTuiCase> =>
  openTuiCase({ caseFolder: folder, journalFolder: join(folder, "journal"), examiner: "Ada", scope: WHOLE_CASE });

setTimeout(() => {
  if (how === "reject") void Promise.reject(new Error("Nobody waited for this"));
  else throw new Error("This should not happen");
}, 1500);

const result = await launch({
  stdin: process.stdin,
  stdout: process.stdout,
  opened: await openCase(),
  reopen: openCase,
  publishedFile: caseFolder(folder).published,
  copyFolder: folder,
  clock: systemClock,
  color: true,
  ascii: false,
  env: process.env,
  log: openLogFile(join(folder, "tui.log")),
});
writeFileSync(2, `${result.message ?? "no message"}\n`);
process.exitCode = result.exitCode;
