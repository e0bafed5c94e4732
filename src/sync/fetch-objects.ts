import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectLine } from "../manifest/manifest-line.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import type { ListedObject } from "./listing.ts";
import { receive } from "./received.ts";
import { failureInWords, failureOf, type RemoteFailure } from "./remote-failure.ts";
import { backOff_ms, type RequestWindow } from "./request-window.ts";
import { requestIdOf, type GetObject } from "./signed-get.ts";

const ATTEMPTS = 12;
/** Objects that wait for another try hold no place of the window, but must not pile up. */
const UNDER_WAY_MAX = 512;

export interface FetchRun {
  readonly bucket: string;
  readonly get: GetObject;
  readonly window: RequestWindow;
  readonly store: EvidenceStore;
  readonly signal: AbortSignal;
  /** Renews expired credentials; false when that is not possible. */
  readonly renew: () => Promise<boolean>;
  readonly onFetched: (line: ObjectLine) => void;
  readonly onFailed: (object: ListedObject, reason: string, attempts: number) => void;
}

/** A failure that ends the whole run: no credentials, no room. */
export class FetchStopped extends Error {}

/** Fetches what the source yields, many at a time; ends early when stopped, and throws FetchStopped. */
export async function fetchObjects(run: FetchRun, objects: AsyncIterable<ListedObject>): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let stopped: Error | null = null;
  for await (const object of objects) {
    if (run.signal.aborted || stopped !== null) break;
    while (underWay.size >= UNDER_WAY_MAX) await Promise.race(underWay);
    await run.window.enter();
    const task = fetchOne(run, object)
      .catch((error: unknown) => {
        stopped ??= error as Error;
      })
      .finally(() => underWay.delete(task));
    underWay.add(task);
  }
  await Promise.all(underWay);
  if (stopped !== null) throw stopped as Error;
}

/** One object, until it is here or has failed for good. It holds one place of the window, except while it waits. */
async function fetchOne(run: FetchRun, object: ListedObject): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    let failure: RemoteFailure;
    try {
      run.onFetched(await attemptOne(run, object, attempt));
      run.window.leave("answered");
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOSPC" || code === "EDQUOT" || code === "EROFS") {
        run.window.leave("failed");
        throw new FetchStopped(`no room to write the evidence (${code})`, { cause: error });
      }
      failure = failureOf(error);
      run.window.leave(failure.kind === "throttled" ? "throttled" : "failed");
    }
    if (failure.kind === "expired") {
      if (!(await run.renew())) throw new FetchStopped(`the credentials are no longer valid (${failure.code})`);
      await sleep(backOff_ms(2));
    } else if (!isWorthAnotherTry(failure) || attempt >= ATTEMPTS || run.signal.aborted) {
      const needed = failure.kind === "denied" ? "; the caller needs s3:GetObject on it" : "";
      run.onFailed(object, failureInWords(failure) + needed, attempt);
      return;
    } else await sleep(backOff_ms(attempt + 1));
    await run.window.enter();
  }
}

function isWorthAnotherTry({ kind }: RemoteFailure): boolean {
  return kind === "throttled" || kind === "transient" || kind === "damaged";
}

async function attemptOne(run: FetchRun, object: ListedObject, attempts: number): Promise<ObjectLine> {
  const answer = await run.get({ key: object.key, if_match: object.etag, version_id: object.version_id });
  const draft = run.store.draftPath();
  const { bytes, hashes, md5, checksum } = await receive(answer, { size_bytes: object.size_bytes, draft });
  const etag = headerOf(answer, "etag") ?? object.etag;
  const version_id = headerOf(answer, "x-amz-version-id") ?? object.version_id;
  const { path } = await run.store.place({
    bucket: run.bucket,
    key: object.key,
    version_id,
    etag,
    sha256: hashes.sha256,
    bytes,
    draft,
  });
  return {
    type: "object",
    bucket: run.bucket,
    key: object.key,
    path,
    version_id,
    size_bytes: hashes.size_bytes,
    etag,
    last_modified: object.last_modified ?? headerOf(answer, "last-modified"),
    storage_class: object.storage_class,
    server_side_encryption: headerOf(answer, "x-amz-server-side-encryption"),
    kms_key_id: headerOf(answer, "x-amz-server-side-encryption-aws-kms-key-id"),
    content_type: headerOf(answer, "content-type"),
    content_encoding: headerOf(answer, "content-encoding"),
    metadata: metadataOf(answer),
    checks: { md5, checksum },
    sha256: hashes.sha256,
    sha256_inflated: hashes.sha256_inflated,
    retrieved_at: new Date().toISOString(),
    request_id: requestIdOf(answer),
    extended_request_id: headerOf(answer, "x-amz-id-2"),
    attempts,
    origin: "fetched",
  };
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" ? value : null;
}

/** User metadata, without its prefix; in it stands the signature of a digest file. */
function metadataOf({ headers }: IncomingMessage): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith("x-amz-meta-") && typeof value === "string") found[name.slice("x-amz-meta-".length)] = value;
  }
  return found;
}
