import { Option, type Command } from "commander";
import { formatResult, TEXT_FORMATS, type FormatOptions, type TextFormat } from "../export/write-result.ts";
import type { ResultTable } from "../store/result-table.ts";
import type { CommandRun } from "./command-run.ts";

export interface OutputOptions {
  readonly format: TextFormat;
  readonly output?: string;
  readonly rawCells?: boolean;
}

export function addOutputOptions(command: Command): Command {
  return command
    .addOption(new Option("--format <format>", "output format").choices(TEXT_FORMATS).default("table"))
    .option("-o, --output <file>", "write to a file, whole or not at all")
    .option("--raw-cells", "CSV without the formula prefix and with control characters as they are");
}

/** Streams a result in the chosen format; returns the number of rows. */
export async function printResult(
  run: CommandRun,
  result: ResultTable,
  options: OutputOptions & Pick<FormatOptions, "footer" | "meta" | "omit_null">,
): Promise<number> {
  let rows = 0;
  const counted = async function* (): ResultTable["chunks"] extends AsyncIterable<infer T> ? AsyncGenerator<T> : never {
    for await (const chunk of result.chunks) {
      rows += chunk.length;
      yield chunk;
    }
  };
  const { terminal } = run;
  const pieces = formatResult(
    options.format,
    { columns: result.columns, chunks: counted() },
    {
      width: options.output === undefined ? terminal.width : null,
      color: terminal.color && options.output === undefined,
      ...(options.rawCells === undefined ? {} : { raw_cells: options.rawCells }),
      ...(options.footer === undefined ? {} : { footer: options.footer }),
      ...(options.meta === undefined ? {} : { meta: options.meta }),
      ...(options.omit_null === undefined ? {} : { omit_null: options.omit_null }),
    },
  );
  await terminal.printAll(pieces, options.output);
  if (options.output !== undefined) terminal.tell(`Wrote ${rows.toLocaleString("en-US")} rows to ${options.output}`);
  return rows;
}

/** A small table made in the program, in the same formats as a query's. */
export function tableOf(columns: ResultTable["columns"], rows: readonly (readonly ResultTableCell[])[]): ResultTable {
  return {
    columns,
    chunks: (async function* () {
      yield rows;
    })(),
  };
}

type ResultTableCell = ResultTable["chunks"] extends AsyncIterable<readonly (readonly (infer T)[])[]> ? T : never;
