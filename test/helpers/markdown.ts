/** A piece of a Markdown page with the line that it begins on, from 1. */
export interface Piece {
  readonly line: number;
  readonly text: string;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** The contents of fenced blocks, without the fences. */
export function fencedBlocks(page: string): Piece[] {
  return split(page).blocks;
}

/** Code spans outside fenced blocks, without their backticks. */
export function codeSpans(page: string): Piece[] {
  return split(page).prose.flatMap(({ line, text }) =>
    [...text.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map((match) => ({ line, text: match[1] ?? "" })),
  );
}

/** Targets of links that stay inside the repository, as written: `docs/cli.md#exit-codes`, `#words`. */
export function localLinks(page: string): Piece[] {
  return split(page).prose.flatMap(({ line, text }) =>
    [...text.matchAll(/\]\(([^()\s]+)\)/g)]
      .map((match) => ({ line, text: match[1] ?? "" }))
      .filter((link) => !/^[a-z]+:/.test(link.text)),
  );
}

/** Anchors of a page's headings, as GitHub makes them. */
export function headingAnchors(page: string): string[] {
  return split(page)
    .prose.map(({ text }) => /^#{1,6} (.+)$/.exec(text)?.[1])
    .filter((heading) => heading !== undefined)
    .map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(/\s/g, "-"),
    );
}

function split(page: string): { blocks: Piece[]; prose: Piece[] } {
  const blocks: Piece[] = [];
  const prose: Piece[] = [];
  let open: { fence: string; line: number; lines: string[] } | null = null;
  page.split("\n").forEach((text, index) => {
    const fence = FENCE.exec(text)?.[1];
    if (open === null) {
      if (fence === undefined) prose.push({ line: index + 1, text });
      else open = { fence, line: index + 2, lines: [] };
    } else if (fence !== undefined && text.trim().startsWith(open.fence)) {
      blocks.push({ line: open.line, text: open.lines.join("\n") });
      open = null;
    } else open.lines.push(text);
  });
  return { blocks, prose };
}
