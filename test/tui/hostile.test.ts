import fc from "fast-check";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RECORD_FIELDS } from "../../src/cloudtrail/record-fields.ts";
import { displayWidth } from "../../src/export/display-width.ts";
import { FramePainter } from "../../src/tui/frame-painter.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { iamUser, makeRecord, timeAt, writeTrail } from "../helpers/trail-maker.ts";
import { KEYS, TuiTerminal } from "../helpers/tui-terminal.ts";

// Whoever is investigated chooses names, user agents and parameters. Whatever keys are pressed over them, each frame
// holds together, and nothing of theirs reaches the terminal as anything but letters.

/** Parameter of every hostile sequence: coldtrail and Ink never write it. */
const MARKER = "6660";

/** What a terminal obeys, what hides, turns, widens or combines characters, and what programs trip over. */
const EVIL: readonly string[] = [
  `\u001b[${MARKER}m\u001b[${MARKER};1H\u001b[2J\u001b[?${MARKER}h\u001bc\u001b7\u001b(0`,
  `\u001b]8;;https://evil.test/${MARKER}\u0007link\u001b]8;;\u0007\u001b]8;;x\u001b\\`,
  `\u001b]52;c;cm0gLXJmIC8=\u0007\u001b]0;title ${MARKER}\u0007\u001b]2;title\u001b\\`,
  `\u001bP${MARKER}q\u001b\\\u001b_apc\u001b\\\u001b^pm\u001b\\\u001bXsos\u001b\\`,
  `\u009b${MARKER}m\u009d0;title\u009c\u0090x\u009c\u0084\u0085\u008d`,
  "line\nbreak\r\nand\ttab\u0000nul\u0007bell\bback\u000b\u000c\u000e\u000f\u007f",
  "\u202egnp.exe\u202a\u2066x\u2069\u200e\u200f\u061c",
  "\u200bzero\u200dwidth\ufeff\u2060\u00ad\u034f\u180e\u2028para\u2029graph\ufff9\ufffb",
  "日本語テキスト한국어ｆｕｌｌ",
  `e${"\u0301".repeat(40)} \u0336s\u0336t\u0489 \u0e33`,
  "👨‍👩‍👧‍👦🇩🇪👍🏽☁️1️⃣\u{e0041}\u{1f600}\u{10ffff}",
  "\u4dc0\u2630\u{1d300}\u115f\u3164\uffa0",
  "__proto__",
  "constructor",
  '\'; DROP TABLE events; -- $(reboot) `id` "=1+1" @x, ["a","b"]',
  "",
];
/** As JSON texts, because no JavaScript string is written so. */
const LONE = String.raw`a\ud800b\udc00c\udfff\ud83d`;
const MEGABYTE = `\u001b[${MARKER}mA日\u202e`.repeat(90_000);

/** A record with a text in every field that coldtrail knows, and in one that it does not. */
function everywhere(value: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const { path, kind } of RECORD_FIELDS) {
    let node = record;
    for (const key of path.slice(0, -1)) node = (node[key] ??= {}) as Record<string, unknown>;
    node[path.at(-1)!] = kind === "json" ? { [value]: [value, { deep: value }], list: [] } : value;
  }
  return { ...record, [`unknown ${value}`]: { nested: [value] }, ...changes };
}

/** An ordinary call and a role session, of which a hostile person chose what callers choose. */
function chosen(value: string, n: number): Record<string, unknown>[] {
  const arn = `arn:aws:sts::111122223333:assumed-role/${value}/${value}`;
  const sessionContext = { sessionIssuer: { type: "Role", arn, userName: value }, attributes: {} };
  return [
    makeRecord(n, {
      userAgent: value,
      errorCode: value,
      errorMessage: value,
      sourceIPAddress: value,
      requestParameters: { [value]: value, bucketName: value },
      userIdentity: { ...iamUser("alice"), arn, accessKeyId: `ASIA${value}`, userName: value, sessionContext },
      resources: [{ ARN: value, type: value, accountId: value }],
    }),
    makeRecord(n, {
      eventID: `assume ${n}`,
      eventSource: "sts.amazonaws.com",
      eventName: "AssumeRole",
      requestParameters: { roleArn: arn, roleSessionName: value },
      responseElements: {
        credentials: { accessKeyId: `ASIA${value}` },
        assumedRoleUser: { arn, assumedRoleId: value },
      },
    }),
  ];
}

function hostileRecords(): (string | Record<string, unknown>)[] {
  const all = EVIL.flatMap((value, n) => [
    everywhere(value, { eventTime: timeAt(n * 7) }),
    everywhere(value, { eventTime: timeAt(n * 7), eventID: `evil ${value} ${n}`, eventCategory: "Data" }),
    ...chosen(value, n * 7),
  ]);
  const lone = [everywhere("@@", { eventTime: timeAt(900) }), ...chosen("@@", 900)];
  return [
    ...all,
    everywhere(EVIL[0]!, { eventID: "no time" }),
    ...lone.map((record) => JSON.stringify(record).replaceAll("@@", LONE)),
    `{"__proto__":{"polluted":"\\u001b[${MARKER}m"},${JSON.stringify(makeRecord(901)).slice(1)}`,
    makeRecord(902, { userAgent: MEGABYTE, requestParameters: { [MEGABYTE.slice(0, 1e5)]: MEGABYTE } }),
    makeRecord(903, { errorCode: MEGABYTE, eventName: MEGABYTE, userIdentity: iamUser("x", { arn: MEGABYTE }) }),
  ];
}

const oldFolder = process.cwd();
let caseFolder: string;
let tui: TuiTerminal | null = null;

beforeAll(async () => {
  const folder = temporaryFolder();
  const name = process.platform === "win32" ? "evil.json" : `evil${EVIL[0]!.slice(0, 8)}\u202e\u009b\n日.json`;
  const evidence = writeTrail(join(folder, "evidence"), { [name]: hostileRecords() });
  writeFileSync(join(evidence, `cut ${name}`), '{"Records":[{"eventID":"x"},{');
  caseFolder = join(folder, "case");
  await quickIngest(caseFolder, [evidence]);
  // What is exported without a path goes where coldtrail was started.
  process.chdir(folder);
}, 120_000);
afterEach(async () => {
  await tui?.close();
  tui = null;
});
afterAll(() => process.chdir(oldFolder));

/** Sequences that coldtrail and Ink write: cursor, erasing, modes, colours of the palette, the clipboard. */
const OWN =
  // eslint-disable-next-line no-control-regex -- These are what is looked for.
  /\u001b\[(?:\d{1,3}(?:;\d{1,3})?)?[A-HJKf]|\u001b\[\?(?:7|25|1007|1049|2004|2026)[hl]|\u001b\[(?:(?:[0-9]|2[2-9]|3[0-79]|4[0-79]|9[0-7]|10[0-7])(?:;(?!m)|(?=m)))*m|\u001b\[[<>=?]\d{0,2}u/g;
const CLIPBOARD = /\u001b\]52;c;([A-Za-z0-9+/=]*)\u0007/g; // eslint-disable-line no-control-regex
/** All but the line ends between the lines of a frame. */
const DRIVING = // eslint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/u;

let n_scanned = 0;

/** What was written since the last look must be letters and our own sequences. */
function checkOutput(terminal: TuiTerminal): void {
  const output = terminal.output();
  const fresh = output.slice(n_scanned);
  n_scanned = output.length;
  for (const [, encoded = ""] of fresh.matchAll(CLIPBOARD)) {
    const copied = Buffer.from(encoded, "base64").toString("utf8");
    if (DRIVING.test(copied.replaceAll(/[\t\r]/g, ""))) throw new Error(`Copied raw: ${JSON.stringify(copied)}`);
  }
  const rest = fresh.replaceAll(CLIPBOARD, "").replaceAll(OWN, "");
  const found = DRIVING.exec(rest);
  if (found !== null)
    throw new Error(`Raw: ${JSON.stringify(rest.slice(Math.max(0, found.index - 60), found.index + 60))}`);
}

function checkFrame(terminal: TuiTerminal): void {
  const { columns, rows } = terminal.app.store.getState();
  const log = { path: "", hasLines: () => false, write: () => undefined };
  const texts = new FramePainter(terminal.app, log).lines().map((line) => line.map(({ text }) => text).join(""));
  expect(texts).toHaveLength(rows);
  for (const text of texts) {
    if (displayWidth(text) > columns) throw new Error(`${displayWidth(text)} columns: ${JSON.stringify(text)}`);
  }
  // The emulator counts columns by itself: a line that it finds longer would have moved the others.
  expect(terminal.screen().split("\n").at(-1)).toMatch(/help|Esc|Enter/);
  expect(terminal.logged).toEqual([]);
}

/** Keys of every command, but those that leave or stop the program. */
function keysOf(terminal: TuiTerminal): string[] {
  const keys = new Set(terminal.app.commands().flatMap((command) => [...command.keys]));
  for (const name of ["q", "ctrl-c", "ctrl-z"]) keys.delete(name);
  return [...keys].filter((name) => name.length === 1 || name in KEYS || /^ctrl-[a-z]$/.test(name)).toSorted();
}

const SEED = 20260329;
const TIME_MS = Number(process.env["COLDTRAIL_FUZZ_MS"] ?? 12_000);

describe.each([
  [120, 35],
  [80, 24],
  [60, 15],
])("at %ix%i", (columns, rows) => {
  test(
    "whatever is pressed, frames hold together and nothing of the evidence drives the terminal",
    async () => {
      tui = await TuiTerminal.open({ caseFolder, columns, rows, examiner: EVIL[0]!.replaceAll("\u001b", "~") });
      const terminal = tui;
      n_scanned = 0;
      checkOutput(terminal);
      const key = fc.constantFrom(...keysOf(terminal), "down", "down", "j", "enter", "enter", "tab");
      const pasted = fc.constantFrom(...EVIL).map((text) => `paste ${text}`);
      const action = fc.oneof({ weight: 30, arbitrary: key }, { weight: 1, arbitrary: pasted });
      const walk = fc.tuple(
        fc.constantFrom("1", "2", "3", "4", "5"),
        fc.array(action, { minLength: 1, maxLength: 14 }),
      );
      const ends_ms = performance.now() + TIME_MS;
      const pressed: string[] = [];
      for (const [digit, actions] of fc.sample(walk, { seed: SEED + columns, numRuns: 5_000 })) {
        // Out of whatever box or field the last walk ended in.
        await terminal.press("esc", "esc", digit);
        pressed.push("|", digit);
        for (const one of actions) {
          pressed.push(one);
          if (one.startsWith("paste ")) await terminal.paste(one.slice(6));
          else await terminal.press(one);
          await terminal.advance(100);
          try {
            checkFrame(terminal);
            checkOutput(terminal);
          } catch (error) {
            throw new Error(`After the keys ${pressed.slice(-30).join(" ")}\n${terminal.screen()}`, { cause: error });
          }
        }
        if (performance.now() > ends_ms) break;
      }
      expect(pressed.length).toBeGreaterThan(50);
    },
    TIME_MS + 60_000,
  );
});
