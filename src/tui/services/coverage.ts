import type { QueryFile } from "../../queries/query-file.ts";
import {
  cellKey,
  coverageCells,
  type CoverageCell,
  type CoverageCells,
  type CoverageZoom,
} from "../../queries/views/coverage-cells.ts";
import { columnStart, dayText } from "../../queries/views/coverage-calendar.ts";
import {
  problemFiles,
  rejectedRecords,
  type ProblemFile,
  type ProblemFiles,
  type RejectedRow,
} from "../../queries/views/coverage-files.ts";
import { requirementCoverage, type RequirementCoverage } from "../../queries/views/coverage-requirements.ts";
import {
  coverageRows,
  outsideMatrix,
  type CoverageRow,
  type CoverageRows,
  type OutsideMatrix,
} from "../../queries/views/coverage-rows.ts";
import { Answers, type Asked } from "./answers.ts";
import type { Service, ServiceContext } from "./service-context.ts";

/** Columns and rows of the matrix are fetched from a multiple of a step on, three steps at once: bounded, whatever the case spans. */
const COLUMN_STEP = 64;
const ROW_STEP = 32;
const STEPS = 3;
const PAGE_STEP = 250;

export interface FileListing {
  readonly asked: Asked<ProblemFiles>;
  readonly total: number | null;
  /** Null for a row that is not here yet. */
  readonly rowAt: (place: number) => ProblemFile | null;
}

/** Where the visible part of the matrix begins. */
export interface MatrixPlace {
  readonly zoom: CoverageZoom;
  readonly rows: readonly CoverageRow[];
  readonly row: number;
  /** As `coverage-calendar.ts` counts columns. */
  readonly column: number;
}

export interface MatrixCells {
  readonly asked: Asked<unknown>;
  /** Null where nothing is, undefined where it is not known yet. */
  readonly cellAt: (row: CoverageRow, column: number) => CoverageCell | null | undefined;
}

interface Window {
  readonly zoom: CoverageZoom;
  readonly accounts: ReadonlySet<string>;
  readonly from: number;
  readonly until: number;
  readonly cells: CoverageCells;
}

function cellIn(
  window: Window | null,
  { zoom, account, region, column }: { zoom: CoverageZoom; account: string; region: string | null; column: number },
): CoverageCell | null | undefined {
  if (window === null || window.zoom !== zoom || !window.accounts.has(account)) return undefined;
  if (column < window.from || column >= window.until) return undefined;
  return window.cells.get(cellKey(account, region, dayText(columnStart(zoom, column)))) ?? null;
}

/** What the coverage screen asks. Drawing asks for what it needs; the newest question wins. */
export class CoverageService implements Service {
  private readonly queries: () => readonly QueryFile[];
  private readonly rowAnswers: Answers<CoverageRows>;
  private readonly windows: Answers<Window>;
  private readonly pages: Answers<ProblemFiles>;
  private readonly rejectedAnswers: Answers<readonly RejectedRow[]>;
  private readonly requirementAnswers: Answers<readonly RequirementCoverage[]>;
  private readonly outsideAnswers: Answers<OutsideMatrix>;
  private latestWindow: Window | null = null;
  private latestPage: { readonly text: string; readonly total: number } | null = null;

  /** `queries` are those of the library, for what they require. */
  constructor(context: ServiceContext, queries: () => readonly QueryFile[]) {
    this.queries = queries;
    this.rowAnswers = new Answers(context, "coverage-rows", 8);
    this.windows = new Answers(context, "coverage-cells", 8);
    this.pages = new Answers(context, "coverage-files", 16);
    this.rejectedAnswers = new Answers(context, "coverage-rejected", 8);
    this.requirementAnswers = new Answers(context, "coverage-requires", 1);
    this.outsideAnswers = new Answers(context, "coverage-outside", 1);
  }

  /** The rows of the matrix whose account or region contains the text. */
  rows(text: string): Asked<CoverageRows> {
    return this.rowAnswers.ask(text, async (reader) => coverageRows(reader, text));
  }

  /** The cells of the matrix from a row and a column on, of which the screen shows fewer than are fetched. */
  cells(place: MatrixPlace): MatrixCells {
    const { zoom, rows } = place;
    const column = Math.floor(place.column / COLUMN_STEP) * COLUMN_STEP;
    const row = Math.floor(place.row / ROW_STEP) * ROW_STEP;
    const accounts = [...new Set(rows.slice(row, row + STEPS * ROW_STEP).map(({ account }) => account))];
    const until = column + STEPS * COLUMN_STEP;
    const window: Window = { zoom, accounts: new Set(accounts), from: column, until, cells: new Map() };
    const asked = this.windows.ask(JSON.stringify([zoom, column, accounts]), async (reader) => {
      const range = { from: dayText(columnStart(zoom, column)), until: dayText(columnStart(zoom, until)) };
      const found = { ...window, cells: await coverageCells(reader, zoom, { range, accounts }) };
      this.latestWindow = found;
      return found;
    });
    const shown = asked.value ?? this.latestWindow;
    return { asked, cellAt: ({ account, region }, at) => cellIn(shown, { zoom, account, region, column: at }) };
  }

  /** Files with problems; those from `top` on are asked for. */
  files(text: string, top: number): FileListing {
    const page = Math.floor(top / PAGE_STEP);
    const asked = this.pages.ask(`${page} ${text}`, async (reader) => {
      const found = await problemFiles(reader, text, { offset: page * PAGE_STEP, limit: 2 * PAGE_STEP });
      this.latestPage = { text, total: found.total };
      return found;
    });
    const total = asked.value?.total ?? (this.latestPage?.text === text ? this.latestPage.total : null);
    return { asked, total, rowAt: (at) => this.fileOf(text, at) };
  }

  private fileOf(text: string, at: number): ProblemFile | null {
    const page = Math.floor(at / PAGE_STEP);
    const own = this.pages.peek(`${page} ${text}`)?.value?.rows[at - page * PAGE_STEP];
    return own ?? this.pages.peek(`${page - 1} ${text}`)?.value?.rows[at - (page - 1) * PAGE_STEP] ?? null;
  }

  rejected(file_id: string): Asked<readonly RejectedRow[]> {
    return this.rejectedAnswers.ask(file_id, async (reader) => rejectedRecords(reader, file_id));
  }

  requirements(): Asked<readonly RequirementCoverage[]> {
    return this.requirementAnswers.ask("library", async (reader) => requirementCoverage(reader, this.queries()));
  }

  /** What stands in no cell. */
  outside(): Asked<OutsideMatrix> {
    return this.outsideAnswers.ask("outside", outsideMatrix);
  }

  /** What failed or was cancelled is asked anew. */
  retry(): void {
    for (const answers of this.all()) answers.retry();
  }

  reloaded(): void {
    for (const answers of this.all()) answers.forget();
    this.latestWindow = null;
    this.latestPage = null;
  }

  private all(): readonly Pick<Answers<unknown>, "retry" | "forget">[] {
    return [
      this.rowAnswers,
      this.windows,
      this.pages,
      this.rejectedAnswers,
      this.requirementAnswers,
      this.outsideAnswers,
    ];
  }
}
