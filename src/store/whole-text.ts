import { TextDecoder } from "node:util";
import * as accessors from "@duckdb/node-api/lib/vectors/dataAccessors.js";

/*
 * The client decodes every text as if it were a file: a first U+FEFF is taken for a byte order mark and lost. In a user
 * agent or a file name it is a character like any other, and what was stored must come back whole.
 */
const internals = (accessors as unknown as { default: { textDecoder: InstanceType<typeof TextDecoder> } }).default;
internals.textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
