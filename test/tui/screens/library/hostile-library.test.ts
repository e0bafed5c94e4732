import { afterAll, beforeAll, expect, test } from "vitest";
import { parseQueryFile } from "../../../../src/queries/query-file.ts";
import type { Library } from "../../../../src/queries/library.ts";
import { openLibraryApp, SMALL_LIBRARY, type LibraryApp } from "../../../helpers/library-screens.ts";
import { caseOf } from "../../../helpers/small-case.ts";
import { iamUser, makeRecord } from "../../../helpers/trail-maker.ts";

/** What an attacker may write into a record: everything that a terminal obeys, or that hides, turns or widens text. */
const EVIL = [
  "\u001b[2J\u001b[31mred\u001b]0;title\u0007",
  "\u001b]8;;https://evil.test\u0007link\u001b]8;;\u0007",
  "\u001b]52;c;cm0gLXJmIC8=\u0007",
  "line\nbreak\ttab\r\u0000nul\u009bCSI",
  "\u202egnp.exe\u2066x\u2069\u200bzero\u200dwidth\ufeff",
  "日本語テキスト한국어",
  "e\u0301\u0301\u0301\u0301 \u0336strike",
  "👨‍👩‍👧‍👦🇩🇪👍🏽",
  "@/etc/passwd",
  "=HYPERLINK(1)",
  "a, b, , c",
  '["x","y\\u001b[2J"]',
  "$(reboot) `id` 'quote' \"double\" \\ | ; &",
];
const LONG = "A\u001b[1m".repeat(40_000);

const RECORDS = [...EVIL, LONG].map((text, n) =>
  makeRecord(n, {
    eventName: text.slice(0, 60),
    readOnly: false,
    userAgent: text,
    awsRegion: text.slice(0, 20),
    sourceIPAddress: text.slice(0, 200),
    errorMessage: text,
    requestParameters: { name: text.slice(0, 500) },
    userIdentity: iamUser("alice", {
      accessKeyId: text.slice(0, 100),
      arn: `arn:aws:iam::111122223333:user/${text.slice(0, 300)}`,
    }),
  }),
);

/** A query file is a colleague's, or was downloaded: it is no more to be trusted than evidence. */
const hostileQuery = parseQueryFile(
  "/library/hostile.sql",
  "hostile",
  `-- ---
-- id: hostile
-- title: "\\e[2J title \\u202e"
-- question: "\\e]52;c;eA==\\a question \\u200b?"
-- phase: triage
-- kind: finding
-- requires: [management]
-- params: {ua: {type: glob, default: "\\e[31m*", suggest: user_agent, help: "\\e[2J help"}}
-- columns: {ref: event_id}
-- next: [{query: key-uses, with: {access_key: "key \\e[2J"}}]
-- false_positives: ["\\e[2J"]
-- cannot_show: "\\e[2J nothing"
-- ---
SELECT user_agent AS "key ${"\u001b"}[2J", error_message AS why, event_name, user_identity_access_key_id AS access_key,
  actor, source_ip_address AS source_ip, aws_region AS region, event_id, event_time, user_agent, 'high' AS severity
FROM events ORDER BY event_time, event_id
`,
);

let ui: LibraryApp;
beforeAll(async () => {
  const library: Library = {
    ...SMALL_LIBRARY,
    queries: new Map([["hostile", hostileQuery], ...SMALL_LIBRARY.queries]),
  };
  ui = await openLibraryApp(await caseOf(RECORDS), { library });
});
afterAll(async () => {
  await ui.close();
});

const SIZES = [
  [80, 24],
  [120, 35],
  [60, 15],
] as const;

/** `frame` fails when a line is not exactly as wide as the terminal, or holds what a terminal obeys. */
function look(): void {
  for (const [columns, rows] of SIZES) {
    ui.resize(columns, rows);
    expect(ui.frame().split("\n").length).toBe(rows + 1);
  }
}

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    if (key === ".") await ui.settle();
    else ui.press(key);
  }
}

test("no frame breaks, and nothing of the evidence reaches the terminal raw", async () => {
  await press("3", ".");
  look();
  await press("d");
  look();
  await press("esc", "e", ".");
  look();
  // Values of the case, one after the other, are put into the field and run.
  for (let i = 0; i < 4; i += 1) {
    await press(...Array.from({ length: i + 1 }, () => "down"), ".");
    look();
    await press("enter", ".", "up", ".");
    look();
    await press("ctrl-u");
  }
  await press("enter", ".");
  expect(ui.app.top().screen).toBe("query-result");
  for (let row = 0; row < RECORDS.length; row += 1) {
    look();
    for (const keys of [["i"], ["P", "down", "down"], ["n"], ["Y"]]) {
      await press(...keys);
      look();
      await press("esc");
    }
    await press("l", "j");
  }
});

test("a row leads to the events with exactly its value, whatever that is", async () => {
  await press("g", ...Array.from({ length: 12 }, () => "h"));
  for (const _ of RECORDS) {
    const level = ui.app.top();
    await press("n", "enter", ".");
    const top = ui.app.top();
    expect(["query-result", "query-form"]).toContain(top.screen);
    look();
    while (ui.app.top().id !== level.id) await press("esc", ".");
    await press("j");
  }
});

test("random keys never break a frame", async () => {
  const keys = [
    "j",
    "k",
    "l",
    "h",
    "enter",
    "esc",
    "tab",
    "down",
    "up",
    "i",
    "P",
    "n",
    "/",
    '"a\u001b"',
    "space",
    "G",
    "g",
    "pagedown",
    "e",
    "d",
    "u",
    "s",
    "A",
    "y",
    "Y",
    "r",
    "t",
    ".",
  ];
  let seed = 7;
  const random = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  for (let i = 0; i < 150; i += 1) {
    await press(keys[random(keys.length)]!);
    const [columns, rows] = SIZES[random(SIZES.length)]!;
    ui.resize(columns, rows);
    ui.frame();
  }
  await ui.settle();
});
