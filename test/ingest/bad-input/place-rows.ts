import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { trailOf } from "../evidence-fixture.ts";
import { record, type BadInput } from "./bad-input.ts";

const base = { status: "unreadable", stored: 0 } as const;
const named = (row: string, input: string, name: string): BadInput => ({
  row,
  input,
  name,
  content: trailOf(record(row, 0)),
  status: "imported",
  stored: 1,
  said: null,
});

/** What stands where a file should be, and how files can be called. */
export const PLACE_ROWS: readonly BadInput[] = [
  {
    ...base,
    row: "53",
    input: "a folder that a symbolic link leads back to",
    content: (path) => symlinkSync(dirname(path), path),
    said: "a loop of symbolic links",
  },
  {
    ...base,
    row: "53a",
    input: "a symbolic link to itself",
    content: (path) => symlinkSync(path, path),
    said: "a loop of symbolic links",
  },
  {
    ...base,
    row: "53b",
    input: "a symbolic link to nothing",
    content: (path) => symlinkSync("gone", path),
    said: "a symbolic link to nothing",
  },
  {
    ...base,
    row: "53c",
    input: "a pipe",
    content: (path) => void execFileSync("mkfifo", [path]),
    said: "not a regular file (a device, pipe or socket)",
  },
  {
    ...base,
    row: "53d",
    input: "a device",
    content: (path) => symlinkSync("/dev/zero", path),
    said: "not a regular file (a device, pipe or socket)",
  },
  {
    row: "53e",
    input: "an empty folder",
    content: (path) => mkdirSync(path),
    status: "nothing",
    stored: 0,
    said: null,
  },
  named("54", "a name with blanks", " a  b .json"),
  named("54a", "a name with letters of other scripts", "é😀中.json"),
  named("54b", "a name with a line break and an escape sequence", "a\nb\u001b[2J.json"),
  named("54c", "a name that begins like an option", "-rf.json"),
  named("54d", "a name of 250 characters", `${"x".repeat(245)}.json`),
];
