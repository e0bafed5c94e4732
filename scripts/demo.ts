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
/** The address that `access-denied` brings up. */
const ATTACKER = "203.0.113.77";

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
  { words: ["query", "run", "access-denied", "--param", "min_apis=5", "--case", CASE] },
  { words: ["query", "run", "cloudtrail-tampering", "--case", CASE] },
  { words: ["query", "run", "ip-pivot", "--param", `ip=${ATTACKER}`, "--limit", "10", "--case", CASE] },
];

/** The steps that need what the archive's truth says of the attack: its keys, principals and addresses. */
function timelineSteps(): Step[] {
  const { story } = JSON.parse(readFileSync(root + TRUTH, "utf8")) as { story: { seed_flags: string[] } };
  const seeds = ["timeline", ...story.seed_flags, "--case", CASE];
  return [{ words: [...seeds, "-o", TIMELINE] }, { words: [...seeds, "--limit", "12"] }];
}

/** The demo has a case and a journal of its own, whatever the person at the terminal works on. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("COLDTRAIL_")));

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
  for (const { words, expected = {} } of [...STEPS, ...timelineSteps()]) {
    say(`\n$ coldtrail ${words.join(" ")}`);
    const code = run(["dist/main.js", ...words]);
    const explanation = expected[code];
    if (explanation !== undefined) say(`\n${explanation}`);
    else if (code !== EXIT_CODES.ok) return code;
  }
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
