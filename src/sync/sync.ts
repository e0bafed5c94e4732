import { callerArn, connect, unreachable, type Connection } from "./connection.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import { EvidenceStore } from "./evidence-store.ts";
import type { Slice } from "./log-prefixes.ts";
import type { S3Location } from "./s3-url.ts";
import { listForSync, type SyncListing } from "./sync-listing.ts";
import { runSync, type FinishedSync, type SyncRunOptions } from "./sync-run.ts";

export interface SyncRequest {
  readonly location: S3Location;
  readonly folder: string;
  readonly slice: Slice;
  readonly connection: ConnectionOptions;
  readonly onListed: (listed: number) => void;
}

/** A sync after its listing: what there is, and the means to fetch it. */
export interface PreparedSync {
  readonly listing: SyncListing;
  readonly region: string;
  readonly caller_arn: string | null;
  fetch(
    options: Omit<SyncRunOptions, "location" | "caller_arn" | "renew"> & { readonly askToRenew: AskToRenew | null },
  ): Promise<FinishedSync>;
  /** Ends connections and removes what only the run needed. */
  close(): void;
}

/** Tells the person that the credentials are no longer valid, and waits until they say go on; false when they will not. */
export type AskToRenew = (accessKeyId: string) => Promise<boolean>;

/** Connects and lists. Throws RemoteError when the bucket cannot be asked. */
export async function prepareSync(request: SyncRequest): Promise<PreparedSync> {
  const { location, slice } = request;
  const connection = await connect(request.connection, location.bucket);
  const store = new EvidenceStore(request.folder);
  let listing: SyncListing;
  try {
    listing = await listForSync(connection, store, { location, slice, onProgress: request.onListed });
  } catch (error) {
    connection.close();
    throw unreachable(location.bucket, request.connection, error);
  }
  const caller_arn = await callerArn(connection);
  return {
    listing,
    region: connection.region,
    caller_arn,
    fetch: async ({ askToRenew, ...options }) =>
      runSync(
        connection,
        { store, listing },
        { ...options, location, caller_arn, renew: renewer(connection, askToRenew) },
      ),
    close: () => {
      listing.to_fetch.remove();
      listing.findings.remove();
      store.clearDrafts();
      connection.close();
    },
  };
}

const PROMPTS_MAX = 3;
const STRAGGLERS_MS = 5000;

/** Many requests find the credentials expired at once; they share one renewal. */
function renewer(connection: Connection, ask: AskToRenew | null): () => Promise<boolean> {
  let underWay: Promise<boolean> | null = null;
  let renewed_ms = -Infinity;
  const renew = async (): Promise<boolean> => {
    const { identity } = connection;
    const { accessKeyId } = await identity.current();
    if (await identity.renew()) return true;
    for (let prompt = 0; ask !== null && prompt < PROMPTS_MAX; prompt += 1) {
      if (!(await ask(accessKeyId))) return false;
      if (await identity.renew()) return true;
    }
    return false;
  };
  return async () => {
    // Requests that were signed before the renewal come back refused after it.
    if (performance.now() - renewed_ms < STRAGGLERS_MS) return true;
    underWay ??= renew().finally(() => (underWay = null));
    const isRenewed = await underWay;
    if (isRenewed) renewed_ms = performance.now();
    return isRenewed;
  };
}
