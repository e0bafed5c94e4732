/**
 * `npm run demo`: makes the example archive, loads it and shows what is in it, with the commands that an investigator
 * would type. Can be run again: what is there is kept, and the ingest skips it. Everything lies in `demo/`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EXIT_CODES } from "../src/errors.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const EVIDENCE = "demo/evidence";
/** Written last by the generator, so it is there only when the archive is whole. */
const TRUTH = "demo/truth.json";
const CASE = "demo/case";
const TIMELINE = "demo/incident.csv";
const ROWS_SHOWN = 9;
/** The day on which `access-denied` says that somebody was refused much. */
const NIGHT = ["--since", "2026-03-29", "--until", "2026-03-29"];

interface Step {
  /** Words after `coldtrail`. */
  readonly words: readonly string[];
  /** Exit codes that belong to the story, with what they mean here. */
  readonly expected?: Readonly<Record<number, string>>;
}

const STEPS: readonly Step[] = [
  {
    words: ["ingest", EVIDENCE, "--case", CASE],
    expected: {
      [EXIT_CODES.unreadable]:
        "Exit code 3 belongs to the story: one log file of this archive is cut off. Its readable records are loaded, and it is named.",
    },
  },
  { words: ["overview", "--case", CASE] },
  { words: ["query", "run", "access-denied", "--param", "min_apis=15", "--case", CASE] },
  { words: ["query", "run", "console-logins", ...NIGHT, "--case", CASE] },
  { words: ["query", "run", "cloudtrail-tampering", ...NIGHT, "--case", CASE] },
];

/** The step that needs what the archive's truth says of the attack: its keys, principals and addresses. */
function timelineStep(): Step {
  const { story } = JSON.parse(readFileSync(root + TRUTH, "utf8")) as { story: { seed_flags: string[] } };
  return { words: ["timeline", ...story.seed_flags, "--case", CASE, "-o", TIMELINE] };
}

/** What an investigator would see first on opening the file. */
function showTimelineStart(): void {
  say(`\nThe first rows of ${TIMELINE}:`);
  const rows = readFileSync(root + TIMELINE, "utf8").split("\r\n");
  for (const row of rows.slice(0, ROWS_SHOWN)) say(row);
}

/** The demo has a case and a journal of its own, whatever the person at the terminal works on. */
const environment = {
  // Where no terminal says how wide it is, as in a log of CI, rows are laid out for this.
  COLUMNS: "120",
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("COLDTRAIL_"))),
};

process.exitCode = makeArchive() || runSteps();

function makeArchive(): number {
  if (existsSync(root + TRUTH)) return say(`The example archive is in ${EVIDENCE} already.`);
  rmSync(root + EVIDENCE, { recursive: true, force: true });
  say(
    "Making the example archive: ten days of an organisation trail with one attack in them (test/data/demo/README.md).",
  );
  return run(["test/data/demo/generate.ts", "--archive", EVIDENCE, "--truth", TRUTH]);
}

function runSteps(): number {
  for (const { words, expected = {} } of [...STEPS, timelineStep()]) {
    say(`\n$ coldtrail ${words.join(" ")}`);
    const code = run(["dist/main.js", ...words]);
    const explanation = expected[code];
    if (explanation !== undefined) say(`\n${explanation}`);
    else if (code !== EXIT_CODES.ok) return code;
  }
  showTimelineStart();
  return say(`\nGo on from here: add --case ${CASE} to any command. To start anew, delete demo/.`);
}

function run(argv: readonly string[]): number {
  const { status, error } = spawnSync(process.execPath, argv, { cwd: root, env: environment, stdio: "inherit" });
  if (error !== undefined) throw error;
  // Without a status a signal ended it.
  return status ?? EXIT_CODES.interrupted;
}

function say(line: string): 0 {
  console.log(line);
  return 0;
}
