import { flattenRecord } from "../../src/cloudtrail/flatten-record.ts";
import { rebuildRecord } from "../../src/cloudtrail/rebuild-record.ts";
import { strictTokens } from "../../test/helpers/strict-tokens.ts";
import { readItems, type CorpusFile } from "./corpus-files.ts";
import type { Expectation } from "./expectation.ts";

/** Whether every record of a file comes back token by token from what it is flattened to. */
export async function checkFlattening(file: CorpusFile, name: string): Promise<Expectation> {
  const wrong: number[] = [];
  let records = 0;
  let others = 0;
  for await (const { index, text, node } of readItems(file)) {
    if (node?.kind !== "object") others += 1;
    else {
      records += 1;
      const rebuilt = rebuildRecord(flattenRecord(text, node));
      if (strictTokens(rebuilt) !== strictTokens(text.slice(node.start, node.end))) wrong.push(index);
    }
  }
  const counts = `${records} records${others === 0 ? "" : `, ${others} items that are none`}`;
  const detail = wrong.length === 0 ? counts : `${counts}; not equal: ${wrong.slice(0, 10).join(", ")}`;
  return { name: `${name}: rebuilt token by token`, passed: wrong.length === 0, detail };
}
