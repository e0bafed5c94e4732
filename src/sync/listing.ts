import {
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectsV2CommandOutput,
  type ListObjectVersionsCommandOutput,
} from "@aws-sdk/client-s3";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import { failureOf } from "./remote-failure.ts";
import { backOff_ms } from "./request-window.ts";

/** An object as a listing has it. */
export interface ListedObject {
  readonly key: string;
  readonly size_bytes: number;
  /** With its quotes. */
  readonly etag: string | null;
  /** UTC. */
  readonly last_modified: string | null;
  readonly storage_class: string | null;
  /** Null when the bucket has no versions, or they may not be listed. */
  readonly version_id: string | null;
}

/** What a listing of versions shows beside the current objects. */
export interface OldVersion {
  readonly kind: "older-version" | "delete-marker";
  readonly key: string;
  readonly version_id: string | null;
  readonly last_modified: string | null;
  /** Of a delete marker: whether it hides the key now. */
  readonly is_latest: boolean;
}

export type Listed =
  { readonly type: "object"; readonly object: ListedObject } | { readonly type: "old"; readonly old: OldVersion };

const ATTEMPTS = 8;

/** Lists a bucket, with its versions where the caller may see them. */
export class BucketLister {
  /** Requests sent, for the estimate of cost. */
  requests = 0;
  /** Why versions are not listed, once that is known; null while they are. */
  versionsRefused: string | null = null;
  private readonly connection: Connection;
  private readonly bucket: string;

  constructor(connection: Connection, bucket: string) {
    this.connection = connection;
    this.bucket = bucket;
  }

  /** Common prefixes right below a prefix. */
  async folders(prefix: string): Promise<string[]> {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.page(prefix, { delimiter: "/", token });
      for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) found.push(decoded(Prefix));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  /** Everything below a prefix, page by page, in key order. */
  async *pages(prefix: string): AsyncGenerator<Listed[]> {
    if (this.versionsRefused === null) {
      const first = await this.firstVersions(prefix);
      if (first !== null) {
        yield* this.versionPages(prefix, first);
        return;
      }
    }
    let token: string | undefined;
    do {
      const page = await this.page(prefix, { token });
      yield (page.Contents ?? []).flatMap((item) => objectOf(item));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  private async firstVersions(prefix: string): Promise<ListObjectVersionsCommandOutput | null> {
    try {
      return await this.versions(prefix, {});
    } catch (error) {
      const { kind, code, status } = failureOf(error);
      if (kind !== "denied" && code !== "NotImplemented" && status !== 405 && status !== 501) throw error;
      this.versionsRefused = code;
      return null;
    }
  }

  private async *versionPages(prefix: string, first: ListObjectVersionsCommandOutput): AsyncGenerator<Listed[]> {
    for (let page = first; ;) {
      yield listedVersions(page);
      if (page.IsTruncated !== true) return;
      page = await this.versions(prefix, {
        key: page.NextKeyMarker === undefined ? undefined : decoded(page.NextKeyMarker),
        version: page.NextVersionIdMarker,
      });
    }
  }

  private async page(
    prefix: string,
    { delimiter, token }: { delimiter?: string; token: string | undefined },
  ): Promise<ListObjectsV2CommandOutput> {
    return this.ask(async () =>
      this.connection.s3.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: prefix,
          EncodingType: "url",
          ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
          ...(token === undefined ? {} : { ContinuationToken: token }),
          ...this.common(),
        }),
      ),
    );
  }

  private async versions(
    prefix: string,
    from: { key?: string | undefined; version?: string | undefined },
  ): Promise<ListObjectVersionsCommandOutput> {
    return this.ask(async () =>
      this.connection.s3.send(
        new ListObjectVersionsCommand({
          Bucket: this.bucket,
          Prefix: prefix,
          EncodingType: "url",
          ...(from.key === undefined ? {} : { KeyMarker: from.key }),
          ...(from.version === undefined ? {} : { VersionIdMarker: from.version }),
          ...this.common(),
        }),
      ),
    );
  }

  private common(): { RequestPayer?: "requester"; ExpectedBucketOwner?: string } {
    const { requester_pays, expected_bucket_owner } = this.connection.options;
    return {
      ...(requester_pays ? { RequestPayer: "requester" as const } : {}),
      ...(expected_bucket_owner === null ? {} : { ExpectedBucketOwner: expected_bucket_owner }),
    };
  }

  private async ask<T>(send: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      this.requests += 1;
      try {
        return await send();
      } catch (error) {
        const { kind } = failureOf(error);
        if ((kind !== "throttled" && kind !== "transient") || attempt >= ATTEMPTS) throw error;
        await sleep(backOff_ms(attempt + 1));
      }
    }
  }
}

function listedVersions(page: ListObjectVersionsCommandOutput): Listed[] {
  const current = (page.Versions ?? []).flatMap((version): Listed[] =>
    version.IsLatest === true || version.Key === undefined
      ? objectOf(version)
      : [{ type: "old", old: oldVersion("older-version", version) }],
  );
  const markers = (page.DeleteMarkers ?? []).map((marker): Listed => ({
    type: "old",
    old: oldVersion("delete-marker", marker),
  }));
  return [...current, ...markers];
}

interface ListedItem {
  readonly Key?: string | undefined;
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly StorageClass?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsLatest?: boolean | undefined;
}

function objectOf(item: ListedItem): Listed[] {
  if (item.Key === undefined) return [];
  return [
    {
      type: "object",
      object: {
        key: decoded(item.Key),
        size_bytes: item.Size ?? 0,
        etag: item.ETag ?? null,
        last_modified: item.LastModified?.toISOString() ?? null,
        storage_class: item.StorageClass ?? null,
        version_id: versionOf(item),
      },
    },
  ];
}

function oldVersion(kind: OldVersion["kind"], item: ListedItem): OldVersion {
  return {
    kind,
    key: decoded(item.Key ?? ""),
    version_id: versionOf(item),
    last_modified: item.LastModified?.toISOString() ?? null,
    is_latest: item.IsLatest === true,
  };
}

/** Keys may hold what XML cannot, so they are asked for encoded, as in a form. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** In a bucket without versions every object has the version `null`. */
function versionOf({ VersionId }: ListedItem): string | null {
  return VersionId === undefined || VersionId === "null" ? null : VersionId;
}
