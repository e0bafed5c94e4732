import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { escapeControlsInLines } from "../../export/sanitise.ts";
import { UsageError } from "../../errors.ts";
import { formatNumber } from "../text/format.ts";

/** Terminals refuse longer sequences: 100 kB of base64. */
const CLIPBOARD_BYTES_MAX = 74_000;

/** GNU screen passes strings of so many bytes through. */
const SCREEN_PIECE = 240;

export interface ClipboardPlace {
  /** Writes to the terminal between frames. */
  readonly write: (sequence: string) => void;
  /** Where longer texts go. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Hands text to the terminal's clipboard (OSC 52, which works over ssh), or writes it to a new file when it is too long.
 * Returns what to tell the person. Terminals do not answer: nobody knows whether it arrived.
 */
export function copyText(text: string, what: string, { write, folder, env }: ClipboardPlace): string {
  const harmless = escapeControlsInLines(text);
  const bytes = Buffer.from(harmless, "utf8");
  if (bytes.length > CLIPBOARD_BYTES_MAX) return copyToFile(bytes, what, folder);
  for (const sequence of clipboardSequences(bytes, env)) write(sequence);
  return `Copied ${what}: ${formatNumber(bytes.length)} bytes`;
}

/** What is sent, one after the other. */
export function clipboardSequences(bytes: Buffer, env: ClipboardPlace["env"]): string[] {
  const plain = `\u001b]52;c;${bytes.toString("base64")}\u0007`;
  if ((env["STY"] ?? "") !== "") {
    const pieces = plain.match(new RegExp(`.{1,${SCREEN_PIECE}}`, "gsu")) ?? [];
    return [pieces.map((piece) => `\u001bP${piece}\u001b\\`).join("")];
  }
  // tmux takes the plain one with `set-clipboard on`, and passes the other one through with `allow-passthrough on`.
  if ((env["TMUX"] ?? "") !== "") return [plain, `\u001bPtmux;${plain.replaceAll("\u001b", "\u001b\u001b")}\u001b\\`];
  return [plain];
}

function copyToFile(bytes: Buffer, what: string, folder: string): string {
  for (let number = 1; ; number += 1) {
    const file = join(folder, `coldtrail-copy-${number}.txt`);
    try {
      writeFileSync(file, bytes, { flag: "wx", mode: 0o600 });
      return `${what} is too long for the clipboard (${formatNumber(bytes.length)} bytes): written to ${file}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST" && number < 10_000) continue;
      throw new UsageError({
        what: "Could not copy",
        where: file,
        fix: `It is too long for the clipboard, and: ${(error as Error).message}`,
      });
    }
  }
}
