/**
 * Replaces what stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`. Throws when the page has no such
 * markers: a block that silently went nowhere would look fresh for ever.
 */
export function replaceBlock(page: string, name: string, block: string): string {
  const open = `<!-- generated: ${name} -->`;
  const close = `<!-- end: ${name} -->`;
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start === -1 || end < start) throw new Error(`The page has no block between ${open} and ${close}.`);
  return `${page.slice(0, start + open.length)}\n\n${block.trim()}\n\n${page.slice(end)}`;
}
