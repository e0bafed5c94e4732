/** The way back from the cells of `formatCsv`, for tests and for whoever reads our CSV with a program. */

/** Undoes the formula prefix: exactly one leading `'`. */
export function stripFormulaPrefix(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text;
}

/** The value of one cell from its characters between two commas: null when there are none. */
export function parseCsvCell(field: string): string | null {
  if (field === "") return null;
  const text = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
  return stripFormulaPrefix(text);
}

/** All cells of a CSV of ours, row by row with the header first; an absent value is an empty text. */
export function parseCsvTable(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let start = 0;
  let inQuotes = false;
  for (let at = 0; at <= text.length; at += 1) {
    const char = text[at];
    if (char === '"') inQuotes = !inQuotes;
    else if (!inQuotes && (char === "," || char === "\n" || char === undefined)) {
      row.push(parseCsvCell(text.slice(start, at).replace(/\r$/, "")) ?? "");
      start = at + 1;
      if (char === ",") continue;
      if (row.length > 1 || row[0] !== "") rows.push(row);
      row = [];
    }
  }
  return rows;
}
