import type { Fidelity } from "../../cloudtrail/source-fidelity.ts";
import { poorerFidelity } from "../../cloudtrail/source-fidelity.ts";
import type { ByteSource } from "../byte-source.ts";
import type { WindowSizes } from "../text-window.ts";
import { readCsvEvents } from "./csv-events.ts";
import type { CsvTable } from "./csv-table.ts";
import { UNWRAPPED, type Found, type Wrapped } from "./found.ts";
import { readLines } from "./line-reader.ts";
import { Sifting, type ShapeItem, type Sifted } from "./sifting.ts";
import { jsonAtEndOf } from "./text-lines.ts";
import { follow, unwrap, type Trace } from "./unwrap.ts";
import { readValues, type StreamItem } from "./value-stream.ts";

/** How a content is read: as JSON values, as lines that end in JSON, or as a table. */
export type Strategy =
  { readonly kind: "values" } | { readonly kind: "lines" } | { readonly kind: "table"; readonly table: CsvTable };

export interface ShapeSource {
  /** Valid UTF-8. */
  readonly bytes: ByteSource;
  readonly from: number;
  readonly strategy: Strategy;
}

export interface ShapeOptions {
  /** Asked for each value anew: it may be taken away when enough was seen. */
  readonly trace?: () => Trace | null;
  readonly sizes?: WindowSizes;
}

/** Broken text that was meant to hold events. */
const MEANT =
  /"(?:Records|eventVersion|eventSource|CloudTrailEvent|logEvents|detail-type|digestPublicKeyFingerprint)"|eventVersion\\"/;
const MEANT_CHARS = 4096;
const TIMED_LINE = /^(?:\d{4}-\d\d-\d\dT|\d{13}\s).*\{\s*"/;

/** Yields every event of a content, whatever it is wrapped in, and what is none among them; returns what to say of it. */
export function* readShapes(source: ShapeSource, options: ShapeOptions = {}): Generator<ShapeItem, Sifted> {
  const sifting = new Sifting();
  const { strategy } = source;
  if (strategy.kind === "values") yield* valuesOf(source, sifting, options);
  else if (strategy.kind === "lines") yield* linesOf(source, sifting, options);
  else yield* rowsOf(source, sifting, { table: strategy.table, options });
  yield* sifting.finish();
  return sifting.result();
}

/** What a list of a large document is, as the shapes say of a small one. */
const LISTS: Readonly<Record<string, { readonly fidelity: Fidelity; readonly page: string | null }>> = {
  "Records[]": { fidelity: "trail", page: null },
  "Events[]": { fidelity: "lookup-events", page: "lookup-events" },
  "logEvents[]": { fidelity: "stream", page: null },
  "events[]": { fidelity: "stream", page: "filter-log-events" },
  "QueryResultRows[]": { fidelity: "lake", page: "get-query-results" },
  "hits.hits[]": { fidelity: "siem", page: null },
};

function* valuesOf(
  { bytes, from }: ShapeSource,
  sifting: Sifting,
  { trace, sizes }: ShapeOptions,
): Generator<ShapeItem> {
  let page: string | null = null;
  for (const item of readValues(bytes, from, sizes)) {
    if (item.kind === "end") {
      if (item.problem !== null) sifting.problem(item.problem);
      return;
    }
    if (item.kind === "list") {
      page = LISTS[item.hop]?.page ?? null;
      if (item.hop in LISTS) sifting.beginPage(page ?? item.hop);
    } else if (item.kind === "beside") {
      if (page !== null && /^[nN]extToken$/.test(item.key) && item.value !== "" && item.value !== "null") {
        const text = `this ${page} export is incomplete: its last page has a ${item.key}, so more pages existed`;
        yield* sifting.take({ kind: "page", of: page, text }, 0);
      }
    } else if (item.kind === "broken") {
      const says = item.isStray ? "JSON, not CloudTrail" : brokenJson(item.reason);
      yield* sifting.takeBroken({ ...item, says, wasMeant: MEANT.test(item.text.slice(0, MEANT_CHARS)) });
    } else {
      const at = { ...wrappedIn(item.hops), trace: trace?.() ?? null };
      const placeOf = offsetsIn(item);
      for (const found of unwrap({ text: item.text, node: item.node }, at)) yield* sifting.take(found, placeOf(found));
    }
    if (sifting.isHopeless) return;
  }
}

/** Where what was found in a value stands: events of the same text come in its order, so bytes are counted once. */
function offsetsIn({ text, node, byteOffset }: Extract<StreamItem, { kind: "value" }>): (found: Found) => number {
  let [at, bytes] = [node.start, byteOffset];
  return (found) => {
    if (found.kind !== "event" || found.view.text !== text || found.view.node.start < at) return byteOffset;
    const { start } = found.view.node;
    bytes += Buffer.byteLength(text.slice(at, start));
    at = start;
    return bytes;
  };
}

function wrappedIn(hops: readonly string[]): Wrapped {
  if (hops.length === 0) return UNWRAPPED;
  let fidelity: Fidelity | null = null;
  for (const hop of hops) {
    const known = LISTS[hop]?.fidelity;
    if (known !== undefined) fidelity = poorerFidelity(known, fidelity ?? "trail");
  }
  return { hops, fidelity };
}

function brokenJson(reason: string): string {
  return reason === "cut off" ? "JSON that breaks off" : `JSON that is broken: ${reason}`;
}

function* linesOf({ bytes, from }: ShapeSource, sifting: Sifting, { trace }: ShapeOptions): Generator<ShapeItem> {
  for (const { text, byteOffset } of readLines(bytes, from)) {
    if (text.trim() === "") continue;
    const line = jsonAtEndOf(text);
    if (line === null) {
      const reason = text.includes("{") ? "a line whose JSON is broken" : "a line without JSON";
      // A manual shows such lines too; only a log has their times.
      const wasMeant = TIMED_LINE.test(text) && MEANT.test(text.slice(0, MEANT_CHARS));
      yield* sifting.takeBroken({ text, reason, byteOffset, wasMeant, says: "text, not CloudTrail" });
    } else {
      const hop = line.prefix === "time" ? "log line" : "line";
      const wrapped = line.prefix === "none" ? UNWRAPPED : { hops: [hop], fidelity: "stream" as const };
      const at = { ...wrapped, trace: trace?.() ?? null };
      for (const found of unwrap(line.view, at)) yield* sifting.take(found, byteOffset);
    }
    if (sifting.isHopeless) return;
  }
}

function* rowsOf(
  { bytes, from }: ShapeSource,
  sifting: Sifting,
  { table, options }: { table: CsvTable; options: ShapeOptions },
): Generator<ShapeItem> {
  for (const item of readCsvEvents(bytes, from, table)) {
    if (item.kind === "broken") yield* sifting.takeBroken({ ...item, wasMeant: true, says: item.reason });
    else {
      const at = { hops: ["row"], fidelity: null, trace: options.trace?.() ?? null };
      for (const step of item.steps) {
        for (const found of follow(step, at)) yield* sifting.take(found, item.byteOffset);
      }
    }
    if (sifting.isHopeless) return;
  }
}
