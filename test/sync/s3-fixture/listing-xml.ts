import type { Bucket, StoredVersion } from "./bucket.ts";

/** Answers of ListObjectsV2 and ListObjectVersions, page by page. */

export function listObjectsXml(bucket: Bucket, query: URLSearchParams, pageSize: number): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter");
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const items: string[] = [];
  const folders = new Set<string>();
  let last = "";
  let truncated = false;
  for (const object of bucket.list(prefix)) {
    const folder = folderOf(object.key, prefix, delimiter);
    if ((folder ?? object.key) <= after || (folder !== null && folders.has(folder))) continue;
    if (items.length + folders.size >= pageSize) {
      truncated = true;
      break;
    }
    last = folder ?? object.key;
    if (folder === null) items.push(objectXml("Contents", object, ""));
    else folders.add(folder);
  }
  const common = [...folders].map((folder) => `<CommonPrefixes><Prefix>${escape(folder)}</Prefix></CommonPrefixes>`);
  const token = truncated ? `<NextContinuationToken>${escapeXml(last)}</NextContinuationToken>` : "";
  return `<ListBucketResult><IsTruncated>${truncated}</IsTruncated>${token}${items.join("")}${common.join("")}</ListBucketResult>`;
}

export function listVersionsXml(bucket: Bucket, query: URLSearchParams, pageSize: number): string {
  const keyMarker = query.get("key-marker");
  const versionMarker = query.get("version-id-marker");
  const all = bucket.listVersions(query.get("prefix") ?? "");
  const start =
    keyMarker === null
      ? 0
      : all.findIndex(({ version }) => version.key === keyMarker && version.version_id === versionMarker) + 1;
  const page = all.slice(start, start + pageSize);
  const truncated = start + pageSize < all.length;
  const last = page.at(-1)?.version;
  const next =
    truncated && last !== undefined
      ? `<NextKeyMarker>${escape(last.key)}</NextKeyMarker><NextVersionIdMarker>${last.version_id}</NextVersionIdMarker>`
      : "";
  const items = page.map(({ version, is_latest }) =>
    objectXml(
      version.bytes === null ? "DeleteMarker" : "Version",
      version,
      `<VersionId>${version.version_id}</VersionId><IsLatest>${is_latest}</IsLatest>`,
    ),
  );
  return `<ListVersionsResult><IsTruncated>${truncated}</IsTruncated>${next}${items.join("")}</ListVersionsResult>`;
}

function folderOf(key: string, prefix: string, delimiter: string | null): string | null {
  if (delimiter === null) return null;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? null : key.slice(0, end + delimiter.length);
}

function objectXml(element: string, version: StoredVersion, more: string): string {
  const body =
    version.bytes === null
      ? ""
      : `<ETag>${escapeXml(version.etag)}</ETag><Size>${version.bytes.length}</Size><StorageClass>${version.storage_class}</StorageClass>`;
  return `<${element}><Key>${escape(version.key)}</Key><LastModified>${version.last_modified.toISOString()}</LastModified>${body}${more}</${element}>`;
}

/** As with `encoding-type=url`, which every request here asks for. */
function escape(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", "+").replaceAll("%2F", "/");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
