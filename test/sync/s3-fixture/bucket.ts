import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** A version of an object; `bytes` null is a delete marker. */
export interface StoredVersion {
  readonly key: string;
  readonly bytes: Buffer | null;
  readonly etag: string;
  readonly version_id: string;
  readonly last_modified: Date;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storage_class: string;
  /** Headers that S3 sends with it: encryption, checksums. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface PutOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly storage_class?: string;
  readonly last_modified?: Date;
  /** As under SSE-KMS: the ETag is no MD5. */
  readonly kms?: boolean;
  /** As after an upload in parts: the ETag has a hyphen. */
  readonly multipart?: boolean;
  /** Whether S3 keeps a CRC32; on unless false. */
  readonly checksum?: boolean;
}

/** A bucket in memory, with versions, newest last. */
export class Bucket {
  versioned = false;
  private readonly versions = new Map<string, StoredVersion[]>();
  private count = 0;
  private sorted: string[] | null = null;

  put(key: string, bytes: Buffer, options: PutOptions = {}): StoredVersion {
    const md5 = createHash("md5").update(bytes).digest("hex");
    const etag =
      options.multipart === true ? `${md5}-2` : options.kms === true ? md5.split("").toReversed().join("") : md5;
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes) >>> 0);
    const version = this.stamp(key, {
      bytes,
      etag: `"${etag}"`,
      metadata: options.metadata ?? {},
      storage_class: options.storage_class ?? "STANDARD",
      last_modified: options.last_modified ?? new Date(Date.UTC(2026, 2, 1, 0, 0, this.count % 60)),
      headers: {
        "x-amz-server-side-encryption": options.kms === true ? "aws:kms" : "AES256",
        ...(options.checksum === false ? {} : { "x-amz-checksum-crc32": sum.toString("base64") }),
      },
    });
    return version;
  }

  /** Puts a delete marker, or takes the object out of a bucket without versions. */
  remove(key: string): void {
    if (!this.versioned) {
      this.versions.delete(key);
      this.sorted = null;
      return;
    }
    this.stamp(key, {
      bytes: null,
      etag: "",
      metadata: {},
      storage_class: "",
      last_modified: new Date(Date.UTC(2026, 2, 2)),
      headers: {},
    });
  }

  get(key: string, version_id: string | null): StoredVersion | null {
    const all = this.versions.get(key) ?? [];
    const found = version_id === null ? all.at(-1) : all.find((version) => version.version_id === version_id);
    return found === undefined || found.bytes === null ? null : found;
  }

  /** Current objects below a prefix, in key order. */
  list(prefix: string): StoredVersion[] {
    return this.keys(prefix).flatMap((key) => this.get(key, null) ?? []);
  }

  /** Every version below a prefix, by key and newest first, with whether it is the current one. */
  listVersions(prefix: string): { version: StoredVersion; is_latest: boolean }[] {
    return this.keys(prefix).flatMap((key) =>
      (this.versions.get(key) ?? []).toReversed().map((version, i) => ({ version, is_latest: i === 0 })),
    );
  }

  private keys(prefix: string): string[] {
    this.sorted ??= [...this.versions.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    return this.sorted.filter((key) => key.startsWith(prefix));
  }

  private stamp(key: string, parts: Omit<StoredVersion, "key" | "version_id">): StoredVersion {
    this.count += 1;
    const version = { ...parts, key, version_id: this.versioned ? `v${String(this.count).padStart(6, "0")}` : "null" };
    const before = this.versioned ? (this.versions.get(key) ?? []) : [];
    if (!this.versions.has(key)) this.sorted = null;
    this.versions.set(key, [...before, version]);
    return version;
  }
}
