import { readFileSync } from "node:fs";
import { quoteIdentifier, quoteText } from "../store/database.ts";

/*
 * Knowledge that is the same in every case, from the CSV files of `reference/`, as views that queries join with. A view
 * holds its rows in its text, so that a script for another DuckDB brings them along.
 */

export interface ReferenceTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** `CREATE … VIEW` with all rows. */
  readonly statement: string;
  readonly meaning: string;
}

const TABLES: readonly { name: string; file: string; flags: readonly string[]; meaning: string }[] = [
  {
    name: "ref_abused_apis",
    file: "abused_apis",
    flags: ["in_wild"],
    meaning: "calls that attackers are known to make, by TrailDiscover, with ATT&CK v19 tactics and techniques",
  },
  {
    name: "ref_instance_families",
    file: "instance_families",
    flags: [],
    meaning: "families of instance types with graphics processors, accelerators, or for high performance computing",
  },
  {
    name: "ref_service_names",
    file: "service_names",
    flags: [],
    meaning: "AWS's name of a service, by the word that `service` in `events` holds",
  },
];

export const REFERENCE_TABLES: readonly ReferenceTable[] = TABLES.map(({ name, file, flags, meaning }) => {
  const text = readFileSync(new URL(`../../reference/${file}.csv`, import.meta.url), "utf8");
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const columns = head.split(",");
  const isFlag = columns.map((column) => flags.includes(column));
  const rows = lines.map(
    (line) =>
      `(${line
        .split(",")
        .map((cell, i) => literal(cell, isFlag[i] === true))
        .join(", ")})`,
  );
  const statement = `CREATE OR REPLACE TEMP VIEW ${name} AS SELECT * FROM (VALUES\n  ${rows.join(",\n  ")}\n) AS rows(${columns.map(quoteIdentifier).join(", ")})`;
  return { name, columns, statement, meaning };
});

function literal(cell: string, isFlag: boolean): string {
  if (isFlag) return cell === "true" ? "true" : "false";
  return cell === "" ? "NULL" : quoteText(cell);
}
