import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { posix } from "node:path";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** One `import`, `export … from` or `import()` of a source file. */
export interface SourceImport {
  /** The importing file, relative to the repository: `src/cli/sql.ts`. */
  readonly from: string;
  /** A file of the repository in the same form, or a module's name as written: `node:fs`, `@duckdb/node-api`. */
  readonly to: string;
  readonly kind: "static" | "type" | "dynamic";
}

/** A source file: its path relative to the repository, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Reads every TypeScript file below `folder`, in order of path. */
export function readSources(folder: string): SourceFile[] {
  const paths = globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }).map((path) => path.replaceAll("\\", "/"));
  return paths.toSorted().map((path) => ({ path, text: readFileSync(`${root}/${path}`, "utf8") }));
}

// Prettier puts every static import at the start of a line, with double quotes.
const STATIC_IMPORT = /^(?:import|export)\s+(type\s+)?(?:([\w*{}\s,$]+?)\s+from\s+)?"([^"]+)"/gm;
const STATEMENT_START = /^import\b(?!\s*[(.])|^export\s+(?:type\s+)?(?:\*|\{[^}]*\}\s*from)/gm;
const DYNAMIC_IMPORT = /(\bawait\s+)?\bimport\(\s*(?:"([^"]+)"|([^)]*))/g;

/** Throws when an import is written in a way that these expressions do not read, so that none goes unseen. */
export function readImports({ path, text }: SourceFile): SourceImport[] {
  const code = withoutComments(text);
  const found: SourceImport[] = [];

  const statements = [...code.matchAll(STATIC_IMPORT)];
  for (const [, type, names, target = ""] of statements) {
    const isType = type !== undefined || importsOnlyTypes(names ?? "");
    found.push({ from: path, to: resolveTarget(path, target), kind: isType ? "type" : "static" });
  }
  if (statements.length !== [...code.matchAll(STATEMENT_START)].length) {
    throw new Error(`${path} has an import that the architecture test cannot read`);
  }

  for (const [, awaited, target, computed] of code.matchAll(DYNAMIC_IMPORT)) {
    if (target === undefined) throw new Error(`${path} imports a computed name: ${computed}`);
    found.push({ from: path, to: resolveTarget(path, target), kind: awaited === undefined ? "static" : "dynamic" });
  }
  return found;
}

/** `{ type A, type B }` is erased like `import type`. */
function importsOnlyTypes(names: string): boolean {
  const items = /^\{(.*)\}$/s
    .exec(names.trim())?.[1]
    ?.split(",")
    .map((item) => item.trim());
  return items?.every((item) => item === "" || item.startsWith("type ")) ?? false;
}

function resolveTarget(path: string, target: string): string {
  return target.startsWith(".") ? posix.join(posix.dirname(path), target) : target;
}

const COMMENT = /(?<![\w*"'`/.])\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** Line numbers stay. Inside a string, only what stands apart like a comment is taken for one. */
export function withoutComments(text: string): string {
  return text.replace(COMMENT, (comment) => comment.replace(/[^\n]/g, ""));
}
