import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clipboardSequences, copyText } from "../../../src/tui/terminal/clipboard.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const folder = temporaryFolder();

function copied(text: string, env: Record<string, string> = {}): { told: string; sent: string[] } {
  const sent: string[] = [];
  const told = copyText(text, "cell", { write: (sequence) => void sent.push(sequence), folder, env });
  return { told, sent };
}

const payload = (sequence: string): string =>
  // eslint-disable-next-line no-control-regex -- The sequence is made of them.
  Buffer.from(/^\u001b\]52;c;(.*)\u0007$/s.exec(sequence)?.[1] ?? "", "base64").toString("utf8");

test("a text goes to the clipboard as the terminal expects it, and the person is told how much", () => {
  const { told, sent } = copied("AKIAIOSFODNN7EXAMPLE");

  expect(sent.map(payload)).toEqual(["AKIAIOSFODNN7EXAMPLE"]);
  expect(told).toBe("Copied cell: 20 bytes");
});

test("controls from evidence are escaped, line breaks stay", () => {
  expect(copied("one\ntwo\u001b]0;title\u0007").sent.map(payload)).toEqual(["one\ntwo\\x1b]0;title\\x07"]);
});

test("tmux gets it twice: for itself, and to be passed through", () => {
  const [plain = "", passed = ""] = clipboardSequences(Buffer.from("x"), { TMUX: "/tmp/tmux" });

  expect(payload(plain)).toBe("x");
  expect(passed).toBe("\u001bPtmux;\u001b\u001b]52;c;eA==\u0007\u001b\\");
});

test("screen gets it in pieces that it passes on", () => {
  const [sequence = ""] = clipboardSequences(Buffer.from("x".repeat(600)), { STY: "1.pts" });

  const pieces = sequence.split("\u001b\\").filter((piece) => piece !== "");
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.every((piece) => piece.startsWith("\u001bP") && piece.length <= 242)).toBe(true);
  expect(payload(pieces.map((piece) => piece.slice(2)).join(""))).toBe("x".repeat(600));
});

test("what is too long for the clipboard goes to a new file, and no file is written over", () => {
  writeFileSync(`${folder}/coldtrail-copy-1.txt`, "somebody else's");
  const text = "y".repeat(80_000);

  const { told, sent } = copied(text);

  expect(sent).toEqual([]);
  expect(told).toBe(`cell is too long for the clipboard (80,000 bytes): written to ${folder}/coldtrail-copy-2.txt`);
  expect(readFileSync(`${folder}/coldtrail-copy-2.txt`, "utf8")).toBe(text);
  expect(readFileSync(`${folder}/coldtrail-copy-1.txt`, "utf8")).toBe("somebody else's");
});
