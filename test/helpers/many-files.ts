import { type FileContent, logFileName, makeRecord, makeRecords, writeTrail } from "./trail-maker.ts";

/** An archive of many small log files, a hundred a day; in each one record is a copy of one in an earlier file. */
export function writeManyFiles(folder: string, count: number): string {
  const files: Record<string, FileContent> = {};
  for (let i = 0; i < count; i += 1) {
    const day = String(1 + Math.floor(i / 100)).padStart(2, "0");
    files[`2024/03/${day}/${logFileName(i)}`] = [...makeRecords(i * 3, 3), makeRecord(Math.max(0, i - 40) * 3)];
  }
  return writeTrail(folder, files);
}
