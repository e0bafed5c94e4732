import { gunzipSync } from "node:zlib";
import { JsonTextError, parseJsonAt, skipSpace } from "../../cloudtrail/json-text.ts";
import type { JsonView } from "./json-view.ts";

/** What a Base64 text holds. */
export interface Payload {
  /** JSON values, one behind the other. */
  readonly views: readonly JsonView[];
  readonly encoding: string;
  /** What is wrong with the rest, or null. */
  readonly problem: string | null;
}

/** A Kinesis record has 10 MiB at most; what inflates to more than this is a bomb. */
const INFLATED_MAX = 64 * 1024 * 1024;
const GZIP_LAYERS_MAX = 4;

/** Decodes Base64, peels gzip, and reads the JSON values that follow one another. */
export function decodePayload(base64: string): Payload {
  if (!/^[A-Za-z0-9+/_\s-]+={0,2}\s*$/.test(base64.slice(0, 1024)) && base64 !== "") return failed("is no Base64");
  let bytes = Buffer.from(base64, "base64");
  let encoding = "base64";
  for (let layer = 0; layer < GZIP_LAYERS_MAX && bytes.length > 2 && bytes.readUInt16BE(0) === 0x1f8b; layer += 1) {
    try {
      bytes = gunzipSync(bytes, { maxOutputLength: INFLATED_MAX });
    } catch (error) {
      return failed(`holds gzip that cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`);
    }
    encoding += " of gzip";
  }
  return { ...readValues(bytes.toString()), encoding };
}

function failed(problem: string): Payload {
  return { views: [], encoding: "base64", problem };
}

function readValues(text: string): Pick<Payload, "views" | "problem"> {
  const views: JsonView[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    try {
      const node = parseJsonAt(text, at);
      views.push({ text, node });
      at = node.end;
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error;
      return { views, problem: `holds text that is no JSON (${error.message})` };
    }
  }
  return { views, problem: null };
}
