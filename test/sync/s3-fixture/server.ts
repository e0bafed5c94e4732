import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Bucket, type StoredVersion } from "./bucket.ts";
import { answerFault, sendError, takeFault, type Fault, type FaultKind } from "./faults.ts";
import { isSigned } from "./signature.ts";
import { listObjectsXml, listVersionsXml } from "./listing-xml.ts";

export const ACCESS_KEY = "AKIAFIXTUREXXXXXXXXX";
export const SECRET_KEY = "fixture/secret+key";

/** An S3 server on loopback that can be told to misbehave. Requests without a valid signature are refused. */
export class S3Fixture {
  readonly buckets = new Map<string, Bucket>();
  /** `METHOD /path?query` of every request, in order. */
  readonly requests: string[] = [];
  /** Keys that ListPublicKeys gives, base64 of DER; null refuses. */
  publicKeys: readonly string[] | null = [];
  pageSize = 1000;
  latency_ms = 0;
  versionsDenied = false;
  /** Off for benchmarks, in which the server must not be what is measured. */
  isStrict = true;
  /** Called before an object is sent, to change the bucket behind a listing's back. */
  beforeGet: ((key: string) => void) | null = null;
  /** Called with the headers of every request. */
  onHeaders: ((headers: IncomingMessage["headers"]) => void) | null = null;
  /** So many objects are sent to the key of `expireKey`; then it is no longer valid. */
  expireAfter = 0;
  private expiredKey = "";
  private sent = 0;
  private readonly faults: Fault[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.server.keepAliveTimeout = 60_000;
  }

  static async start(): Promise<S3Fixture> {
    const fixture = new S3Fixture();
    await new Promise<void>((resolve) => fixture.server.listen(0, "127.0.0.1", resolve));
    return fixture;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name) ?? new Bucket();
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** Lets the next `times` requests that match fail. */
  fail(kind: FaultKind, match: RegExp, times = 1): void {
    this.faults.push({ kind, match, times });
  }

  /** A key that stays valid for `expireAfter` objects only. */
  expireKey(accessKeyId: string): void {
    this.expiredKey = accessKeyId;
  }

  /** Environment for a process that is to use this server. */
  get environment(): Record<string, string> {
    return { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_EC2_METADATA_DISABLED: "true" };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const words = `${request.method ?? ""} ${decodeURIComponent(request.url ?? "")}`;
    if (this.isStrict) this.requests.push(words);
    this.onHeaders?.(request.headers);
    if (this.latency_ms > 0) await sleep(this.latency_ms);
    if (this.isStrict && !isSigned(request, SECRET_KEY, body)) {
      sendError(response, [403, "SignatureDoesNotMatch", "The signature does not match the one that was computed"]);
      return;
    }
    const fault = takeFault(this.faults, words);
    if (fault !== null && answerFault(fault, response)) return;
    const target = String(request.headers["x-amz-target"] ?? "");
    if (target !== "") {
      this.answerCloudTrail(target, response);
      return;
    }
    const url = new URL(request.url ?? "/", this.url);
    // URL takes `..` for a step up; in a key it is a name.
    const [name = "", ...rest] = (request.url ?? "/").split("?")[0]!.slice(1).split("/");
    const bucket = this.buckets.get(decodeURIComponent(name));
    if (bucket === undefined) sendError(response, [404, "NoSuchBucket", "The specified bucket does not exist"]);
    else if (rest.join("/") === "") this.answerBucket(bucket, { url, method: request.method ?? "" }, response);
    else this.answerObject(bucket, { url, request, key: decodeURIComponent(rest.join("/")), fault }, response);
  }

  private answerBucket(bucket: Bucket, { url, method }: { url: URL; method: string }, response: ServerResponse): void {
    const query = url.searchParams;
    if (method === "HEAD") {
      response.writeHead(200, { "x-amz-bucket-region": "eu-central-1" }).end();
    } else if (query.has("versions")) {
      if (this.versionsDenied) sendError(response, [403, "AccessDenied", "Access Denied"]);
      else sendXml(response, listVersionsXml(bucket, query, this.pageSize));
    } else if (query.has("list-type")) {
      sendXml(response, listObjectsXml(bucket, query, this.pageSize));
    } else if (query.has("versioning")) {
      sendXml(
        response,
        `<VersioningConfiguration>${bucket.versioned ? "<Status>Enabled</Status>" : ""}</VersioningConfiguration>`,
      );
    } else if (query.has("lifecycle")) {
      sendError(response, [404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"]);
    } else sendError(response, [403, "AccessDenied", "Access Denied"]);
  }

  private answerObject(
    bucket: Bucket,
    of: { url: URL; request: IncomingMessage; key: string; fault: Fault | null },
    response: ServerResponse,
  ): void {
    const usesExpiredKey =
      this.expiredKey !== "" && of.request.headers.authorization?.includes(this.expiredKey) === true;
    if (usesExpiredKey && this.sent >= this.expireAfter) {
      sendError(response, [400, "ExpiredToken", "The provided token has expired."]);
      return;
    }
    this.sent += 1;
    this.beforeGet?.(of.key);
    const version = bucket.get(of.key, of.url.searchParams.get("versionId"));
    if (version === null) {
      sendError(response, [404, "NoSuchKey", "The specified key does not exist."]);
      return;
    }
    const wanted = of.request.headers["if-match"];
    if (wanted !== undefined && wanted !== version.etag) {
      sendError(response, [412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"]);
      return;
    }
    sendObject(version, of.fault?.kind ?? null, response);
  }

  private answerCloudTrail(target: string, response: ServerResponse): void {
    const name = target.split(".").at(-1);
    if (name === "ListPublicKeys" && this.publicKeys !== null) {
      const PublicKeyList = this.publicKeys.map((Value) => ({ Value, Fingerprint: "f".repeat(32) }));
      sendJson(response, 200, { PublicKeyList });
    } else if (name === "DescribeTrails") sendJson(response, 200, { trailList: [] });
    else
      sendJson(response, 400, {
        __type: "AccessDeniedException",
        Message: `not authorized to perform: cloudtrail:${name}`,
      });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece as string;
  return text;
}

function sendObject(version: StoredVersion, fault: FaultKind | null, response: ServerResponse): void {
  const bytes = version.bytes!;
  response.writeHead(200, {
    "content-length": bytes.length,
    "content-type": "application/json",
    "content-encoding": "gzip",
    etag: version.etag,
    "last-modified": version.last_modified.toUTCString(),
    "x-amz-request-id": "FIXTUREGET",
    "x-amz-id-2": "fixture/id2=",
    ...(version.version_id === "null" ? {} : { "x-amz-version-id": version.version_id }),
    ...version.headers,
    ...Object.fromEntries(Object.entries(version.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  });
  if (fault === "truncate") {
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy());
    return;
  }
  if (fault !== "bit-flip") {
    response.end(bytes);
    return;
  }
  const turned = Buffer.from(bytes);
  turned[turned.length >> 1]! ^= 1;
  response.end(turned);
}

function sendXml(response: ServerResponse, xml: string): void {
  response.writeHead(200, { "content-type": "application/xml" }).end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(value));
}
