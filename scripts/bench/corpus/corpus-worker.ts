import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { Callers } from "./caller.ts";
import { makeCast } from "./cast.ts";
import type { PlannedFile } from "./corpus-plan.ts";
import { pickKind } from "./kinds.ts";
import { Random } from "./random.ts";
import type { Scene } from "./record.ts";

/** Writes the files of a corpus that it is sent, and answers with one line of facts a file. */

export interface WorkerSetup {
  readonly folder: string;
  readonly corpus: string;
  readonly days: number;
}

export interface WrittenFile {
  readonly json_bytes: number;
  readonly gzip_bytes: number;
  /** SHA-256 of the JSON text, hex. */
  readonly sha256: string;
}

const setup = workerData as WorkerSetup;
const cast = makeCast(setup.corpus, setup.days);
const callers = new Callers(cast);
const made = new Set<string>();

function recordsOf(file: PlannedFile): string[] {
  const random = new Random(`${cast.seed}/file/${file.content}`);
  const account = cast.accounts[file.account]!;
  const span = file.until - file.from;
  return Array.from({ length: file.events }, (_, i) => {
    // Records in a file are nearly in order: neighbours may be swapped by up to half a minute.
    const place = ((i + random.fraction()) / file.events) * span + random.integer(-15, 15);
    const seconds = Math.floor(file.from + Math.min(span, Math.max(0, place)));
    const scene: Scene = { random, callers, account, region: file.region, seconds };
    return pickKind(file.region, random).render(scene);
  });
}

function writeFile(file: PlannedFile): WrittenFile {
  const json = Buffer.from(`{"Records":[${recordsOf(file).join(",")}]}`);
  const gzip = gzipSync(json, { level: 6 });
  const path = join(setup.folder, file.path);
  const parent = dirname(path);
  if (!made.has(parent)) {
    mkdirSync(parent, { recursive: true });
    made.add(parent);
  }
  writeFileSync(path, gzip);
  const sha256 = createHash("sha256").update(json).digest("hex");
  return { json_bytes: json.length, gzip_bytes: gzip.length, sha256 };
}

parentPort!.on("message", (files: readonly PlannedFile[]) => {
  parentPort!.postMessage(files.map(writeFile));
});
