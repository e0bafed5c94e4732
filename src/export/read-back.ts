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
