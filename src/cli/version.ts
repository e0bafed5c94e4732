import { readFileSync } from "node:fs";

/** Version of this coldtrail, as in package.json. */
export const TOOL_VERSION: string = (
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }
).version;
