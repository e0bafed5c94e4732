import { gzipSync } from "node:zlib";
import { BZIP2_OF_EMPTY_TRAIL } from "../../helpers/bzip2-samples.ts";
import { tarOf } from "../../helpers/tar-maker.ts";
import { zipOf } from "../../helpers/zip-maker.ts";
import { trailOf } from "../evidence-fixture.ts";
import { record, type BadInput } from "./bad-input.ts";

const trail = (row: string, n = 3): string => trailOf(...Array.from({ length: n }, (_, i) => record(row, i)));

function firstHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1);
}

function withBadChecksum(stored: Buffer): Buffer {
  stored.writeUInt32LE(0xdeadbeef, stored.length - 8);
  return stored;
}

const NAMED = "111122223333_CloudTrail_eu-west-1_20230710T1230Z_abcdefghijklmnop.json.gz";
const ZEROS = Buffer.alloc(80 * 1024 * 1024);
const deep = Array.from({ length: 5 }).reduce<Buffer>((inner) => gzipSync(inner), Buffer.from(trail("9c")));

/** Files that cannot be unpacked as they should. */
export const CONTAINER_ROWS: readonly BadInput[] = [
  { row: "1", input: "an empty file", content: "", status: "unreadable", stored: 0, said: "empty" },
  { row: "1a", input: "white space only", content: " \n\t\r\n", status: "unreadable", stored: 0, said: "empty" },
  { row: "1b", input: "a byte order mark only", content: "\ufeff", status: "unreadable", stored: 0, said: "empty" },
  { row: "1c", input: "gzip of nothing", content: gzipSync(""), status: "unreadable", stored: 0, said: "empty" },
  {
    row: "4",
    input: "plain JSON named `.json.gz`",
    name: NAMED,
    content: trail("4"),
    status: "imported",
    stored: 3,
    said: null,
  },
  {
    row: "4a",
    input: "gzip named `.json`",
    name: "a.json",
    content: gzipSync(trail("4a")),
    status: "imported",
    stored: 3,
    said: null,
  },
  {
    row: "5",
    input: "gzip that is cut in the middle",
    // Not compressed, so that every version of zlib writes the same bytes.
    content: firstHalf(gzipSync(trail("5", 60), { level: 0 })),
    status: "partial",
    stored: 29,
    rejected: 1,
    said: "cut off inside the compressed data, or before its checksum; cut off inside the list of records; 1 of 30 records rejected",
    so: "The records before the cut are stored.",
  },
  {
    row: "6",
    input: "gzip without its checksum",
    content: gzipSync(trail("6")).subarray(0, -8),
    status: "partial",
    stored: 3,
    said: "cut off inside the compressed data, or before its checksum",
  },
  {
    row: "6a",
    input: "gzip with another checksum",
    content: withBadChecksum(gzipSync(trail("6a"))),
    status: "partial",
    stored: 3,
    said: "the gzip checksum does not match",
  },
  {
    row: "7",
    input: "two gzip members",
    content: Buffer.concat([gzipSync(trail("7", 2)), gzipSync(trail("7x", 1))]),
    status: "imported",
    stored: 3,
    said: "several gzip members",
    so: "Both are read, and hashed as one.",
  },
  {
    row: "8",
    input: "gzip and zero padding",
    content: Buffer.concat([gzipSync(trail("8")), Buffer.alloc(100)]),
    status: "imported",
    stored: 3,
    said: "100 zero bytes of padding after the gzip data",
  },
  {
    row: "8a",
    input: "gzip and junk",
    content: Buffer.concat([gzipSync(trail("8a")), Buffer.from("junk")]),
    status: "imported",
    stored: 3,
    said: "4 bytes after the gzip data were ignored",
  },
  {
    row: "9",
    input: "a gzip bomb",
    content: gzipSync(ZEROS),
    status: "unreadable",
    stored: 0,
    said: "inflates to more than 64 MiB, the limit for one file",
  },
  {
    row: "9a",
    input: "a zip bomb beside a log file",
    content: zipOf([
      { name: "bomb", content: ZEROS },
      { name: "log.json", content: trail("9a") },
    ]),
    status: "imported",
    stored: 3,
    members: { bomb: "unreadable", "log.json": "imported" },
    said: null,
  },
  {
    row: "9b",
    input: "zip entries that share their data",
    content: zipOf([
      { name: "a", content: trail("9b"), method: 0 },
      { name: "b", content: trail("9b"), method: 0, at: 0 },
    ]),
    status: "partial",
    stored: 3,
    members: { a: "unreadable", b: "imported" },
    said: "holds members that its directory does not list",
  },
  {
    row: "9c",
    input: "gzip five times over",
    content: deep,
    status: "unreadable",
    stored: 0,
    said: "inside 4 containers is another one: not opened",
  },
  {
    row: "10",
    input: "a zip of `../x`, an absolute name, a name twice, an encrypted entry",
    content: zipOf([
      { name: "../../x.json", content: trail("10", 1) },
      { name: "/etc/cron.d/x", content: trail("10a", 1) },
      { name: "twice", content: trail("10b", 1) },
      { name: "twice", content: trail("10c", 1) },
      { name: "secret", content: "x", flags: 0x801 },
    ]),
    status: "imported",
    stored: 4,
    members: { "../../x.json": "imported", "/etc/cron.d/x": "imported", secret: "unsupported", twice: "imported" },
    said: "names that an earlier member has too: 1; all were read",
    so: "Names are data: nothing is unpacked to the disk.",
  },
  {
    row: "10a",
    input: "a zip whose end is cut off",
    content: zipOf([{ name: "a.json", content: trail("10d") }]).subarray(0, -30),
    status: "partial",
    stored: 3,
    members: { "a.json": "imported" },
    said: "the directory of the zip is missing or damaged; its members were found by their own headers",
  },
  {
    row: "10b",
    input: "a zip entry whose own header has another name than the directory",
    content: zipOf([{ name: "a.json", content: trail("10e"), local: { name: "b.json" } }]),
    status: "imported",
    stored: 3,
    members: { "a.json": "imported" },
    said: null,
    so: "The member is flagged.",
  },
  {
    row: "10c",
    input: "a tar archive that is cut in a member",
    content: tarOf([
      { name: "a.json", content: trail("10f") },
      { name: "b.json", content: trail("10g") },
    ]).subarray(0, 2048 + 1000),
    status: "partial",
    stored: 4,
    rejected: 1,
    members: { "a.json": "imported", "b.json": "partial" },
    said: "cut off inside its last member, 779 bytes before its end; the mark at the end of the tar archive is missing",
  },
  {
    row: "11",
    input: "what macOS and Windows leave",
    name: "__MACOSX/._log.json.gz",
    content: trail("11"),
    status: "not_events",
    stored: 0,
    said: "left by an operating system; not read",
  },
  {
    row: "51",
    input: "gzip inside gzip, as Firehose writes it",
    content: gzipSync(gzipSync(trail("51"))),
    status: "imported",
    stored: 3,
    said: null,
  },
  { row: "51a", input: "bzip2", content: BZIP2_OF_EMPTY_TRAIL, status: "imported", stored: 0, said: null },
  {
    row: "51b",
    input: "xz",
    content: Buffer.from("fd377a585a000004", "hex"),
    status: "unsupported",
    stored: 0,
    said: "xz is not read: unpack it with `xz -d`",
  },
  {
    row: "51c",
    input: "7z",
    content: Buffer.from("377abcaf271c0004", "hex"),
    status: "unsupported",
    stored: 0,
    said: "7z is not read: unpack it with `7z x` and ingest the folder",
  },
  {
    row: "51d",
    input: "rar",
    content: "Rar!\x1a\x07\x01\0",
    status: "unsupported",
    stored: 0,
    said: "rar is not read: unpack it with `unrar x` or `7z x` and ingest the folder",
  },
  {
    row: "51e",
    input: "Avro",
    content: "Obj\x01\x04\x16avro.schema",
    status: "unsupported",
    stored: 0,
    said: "Avro is not read: convert it with `avro-tools tojson FILE > FILE.json` and ingest that",
  },
  {
    row: "51f",
    input: "ORC",
    content: "ORC\n\x0b\0\x03ORC\x17",
    status: "unsupported",
    stored: 0,
    said: "ORC is not read: convert it with `orc-tools data FILE > FILE.json` and ingest that",
  },
];
