/**
 * Names of journal files: `<examiner>@<host>.jsonl`. Both parts are free text (an examiner may be called `../x`), so
 * everything but letters, digits, dot, underscore and hyphen is percent-encoded, byte by byte in UTF-8.
 */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { sha256Hex } from "./journal-entry.ts";
import { toReadError } from "./journal-errors.ts";

// File systems allow 255 bytes a name, and the lock's name is longer than the journal's.
const PART_CHARACTERS_MAX = 90;
const PART_CHARACTERS_KEPT = 60;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;
const JOURNAL_NAME = /^(?:[A-Za-z0-9_%][A-Za-z0-9._%-]*)?@(?:[A-Za-z0-9_%][A-Za-z0-9._%-]*)?\.jsonl$/;

/** Safe on every file system, different for different names; `decodeURIComponent` on a part gives the name back unless it was cut. */
export function journalFileName(examiner: string, host: string): string {
  return `${encodePart(examiner)}@${encodePart(host)}.jsonl`;
}

/**
 * The journals of a folder, sorted by name; `ignored` are files that look like journals and are not read (a copy called
 * `a@b (2).jsonl`, a symbolic link). A folder that is not there has none.
 */
export async function listJournals(folder: string): Promise<{ journals: string[]; ignored: string[] }> {
  const candidates = (await readFolder(folder)).filter(({ name }) => name.endsWith(".jsonl") && !name.startsWith("._"));
  // A link could point anywhere, and a pipe would block the reader: only regular files are journals.
  const isJournal = (file: Dirent): boolean => file.isFile() && JOURNAL_NAME.test(file.name);
  const names = (files: Dirent[]): string[] => files.map((file) => file.name).sort();
  return {
    journals: names(candidates.filter(isJournal)),
    ignored: names(candidates.filter((file) => !isJournal(file))),
  };
}

function encodePart(name: string): string {
  const bytes = [...new TextEncoder().encode(name)];
  const encoded = bytes.map((byte, index) => encodeByte(byte, index === 0)).join("");
  // Windows opens a device for `con.jsonl` and for `con.x@host.jsonl`, whatever the folder.
  const safe = WINDOWS_DEVICE.test(name) ? percent(bytes[0] ?? 0) + encoded.slice(1) : encoded;
  if (safe.length <= PART_CHARACTERS_MAX) return safe;
  // "%-" is no percent-encoding, so a cut name never equals a whole one.
  return `${safe.slice(0, PART_CHARACTERS_KEPT)}%-${sha256Hex(name).slice(0, 16)}`;
}

function encodeByte(byte: number, isFirst: boolean): string {
  const character = String.fromCharCode(byte);
  // A leading dot hides the file, a leading hyphen makes it an option of every shell command.
  const isPlain = isFirst ? /[A-Za-z0-9_]/.test(character) : /[A-Za-z0-9._-]/.test(character);
  return isPlain ? character : percent(byte);
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw toReadError(error, folder);
  }
}
