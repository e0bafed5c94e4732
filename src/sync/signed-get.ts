import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Connection } from "./connection.ts";
import { answerError } from "./remote-failure.ts";

/*
 * GET of one object without the SDK's middleware: at 5 KB an object the SDK costs 1.6 ms of CPU, this 0.4, and one
 * thread is bound by CPU, not by sockets. Signing is the SDK's own; endpoints come from its rules, so that partitions,
 * FIPS and access points are right.
 */

const ANSWER_TIMEOUT_MS = 30_000;

export interface GetRequest {
  readonly key: string;
  /** 412 is answered when the object is no longer this one. */
  readonly if_match: string | null;
  readonly version_id: string | null;
}

export type GetObject = (request: GetRequest) => Promise<IncomingMessage>;

/** Makes the function that fetches objects of a bucket; an answer other than 200 is thrown, for `failureOf`. */
export async function objectGetter(connection: Connection, bucket: string): Promise<GetObject> {
  const { config } = connection.s3;
  const endpoint = await endpointOf(connection, bucket);
  const signer = new SignatureV4({
    credentials: async () => connection.identity.current(),
    region: endpoint.signingRegion,
    service: endpoint.signingName,
    sha256: NodeSha256,
    uriEscapePath: false,
  });
  return async (request) => {
    const signed = await signer.sign(
      {
        method: "GET",
        protocol: endpoint.url.protocol,
        hostname: endpoint.url.hostname,
        ...(endpoint.url.port === "" ? {} : { port: Number(endpoint.url.port) }),
        path: `${endpoint.url.pathname.replace(/\/$/, "")}/${encodeKey(request.key)}`,
        query: request.version_id === null ? {} : { versionId: request.version_id },
        headers: headersOf(connection, endpoint.url.host, request),
      } as Parameters<typeof signer.sign>[0],
      { signingDate: new Date(Date.now() + (config.systemClockOffset ?? 0)) },
    );
    return send(connection, signed);
  };
}

interface BucketEndpoint {
  readonly url: URL;
  readonly signingRegion: string;
  readonly signingName: string;
}

/** Where requests for a bucket go, and what they are signed for; nobody is asked. Throws for what AWS does not have. */
export async function endpointOf(connection: Connection, bucket: string): Promise<BucketEndpoint> {
  const { config } = connection.s3;
  const { options } = connection;
  const custom = options.endpoint_url ?? process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
  const resolved = config.endpointProvider(
    {
      Bucket: bucket,
      Region: connection.region,
      UseFIPS: options.fips,
      UseDualStack: await config.useDualstackEndpoint(),
      ForcePathStyle: options.path_style,
      ...(custom === undefined ? {} : { Endpoint: custom }),
    },
    {},
  );
  const [scheme] = (resolved.properties?.["authSchemes"] ?? []) as { signingRegion?: string; signingName?: string }[];
  return {
    url: resolved.url,
    signingRegion: scheme?.signingRegion ?? connection.region,
    signingName: scheme?.signingName ?? "s3",
  };
}

function headersOf({ options }: Connection, host: string, { if_match }: GetRequest): Record<string, string> {
  return {
    host,
    "x-amz-checksum-mode": "ENABLED",
    ...(if_match === null ? {} : { "if-match": if_match }),
    ...(options.requester_pays ? { "x-amz-request-payer": "requester" } : {}),
    ...(options.expected_bucket_owner === null ? {} : { "x-amz-expected-bucket-owner": options.expected_bucket_owner }),
  };
}

interface Signed {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Record<string, unknown> | undefined;
  readonly headers: Record<string, string>;
}

async function send({ agents }: Connection, signed: Signed): Promise<IncomingMessage> {
  const isPlain = signed.protocol === "http:";
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  );
  const path = query.length === 0 ? signed.path : `${signed.path}?${query.join("&")}`;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = (isPlain ? httpRequest : httpsRequest)({
      method: "GET",
      hostname: signed.hostname.replace(/^\[|\]$/g, ""),
      ...(signed.port === undefined ? {} : { port: signed.port }),
      path,
      headers: signed.headers,
      agent: isPlain ? agents.http : agents.https,
      timeout: ANSWER_TIMEOUT_MS,
    });
    sent.on("timeout", () => sent.destroy(Object.assign(new Error("no answer in 30 s"), { code: "ETIMEDOUT" })));
    sent.on("error", reject).on("response", resolve).end();
  });
  if (answer.statusCode === 200) return answer;
  throw answerError(answer.statusCode ?? 0, await bodyText(answer), requestIdOf(answer));
}

/** The start of an error's body; the rest is drained, so that the socket can be used again. */
async function bodyText(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of answer.setEncoding("utf8")) if (text.length < 16_384) text += piece as string;
  return text;
}

export function requestIdOf({ headers }: IncomingMessage): string | null {
  const id = headers["x-amz-request-id"];
  return typeof id === "string" ? id : null;
}

function encodeKey(key: string): string {
  return key
    .split("/")
    .map((part) =>
      encodeURIComponent(part).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join("/");
}

/** The hash that the signer asks for, from Node's own. */
class NodeSha256 {
  private hash: Hash | Hmac;
  private readonly secret: string | ArrayBuffer | ArrayBufferView | undefined;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.secret = secret;
    this.hash = this.fresh();
  }

  update(bytes: Uint8Array | string): void {
    this.hash.update(bytes);
  }

  async digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    this.hash = this.fresh();
  }

  private fresh(): Hash | Hmac {
    if (this.secret === undefined) return createHash("sha256");
    const { secret } = this;
    const key =
      typeof secret === "string"
        ? secret
        : secret instanceof ArrayBuffer
          ? Buffer.from(secret)
          : Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength);
    return createHmac("sha256", key);
  }
}
