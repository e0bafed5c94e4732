import type { EventDetail } from "../../../queries/views/event-detail.ts";
import { viewSql } from "../../../queries/views/view-command.ts";
import { shellWord } from "../../../queries/indicator.ts";
import { formatCsv } from "../../../export/csv.ts";
import type { Cell, ResultColumn } from "../../../store/result-table.ts";
import { escapeControls, escapeJsonControls } from "../../../export/sanitise.ts";
import { openMenu, type MenuItem } from "../../overlays/menu.ts";
import type { App } from "../../state/contract.ts";
import { describeEvents } from "./export-view.ts";
import { viewOf, type EventsState } from "./events-state.ts";

interface Copied {
  readonly detail: EventDetail;
  /** The view that the event is seen in; null on the screen of one event. */
  readonly view: EventsState | null;
}

/** `Y`: the event in other forms. What is copied is harmless unless it says raw. */
export function openCopyMenu(app: App, { detail, view }: Copied): void {
  const { cells, place, source_file } = detail;
  const text = (column: string): string => String(cells[column] ?? "");
  const plain = (key: string, label: string, value: string): MenuItem[] =>
    value === "" ? [] : [{ key, label, detail: value, run: () => app.copy(escapeControls(value), label) }];
  openMenu(app, {
    title: "copy",
    width: Math.min(100, app.store.getState().columns),
    items: [
      {
        key: "r",
        label: "record as JSON",
        detail: "as in the evidence file",
        run: async () => copyRecord(app, detail, false),
      },
      {
        key: "R",
        label: "record as JSON, raw",
        detail: "with its control characters",
        run: async () => copyRecord(app, detail, true),
      },
      ...(view === null ? [] : [{ key: "c", label: "row as CSV", run: async () => copyCsv(app, detail, view) }]),
      ...plain("e", "event id", place.event_id ?? ""),
      ...plain("a", "caller's ARN", text("user_identity_arn")),
      ...plain("p", "principal's ARN", text("principal_arn")),
      ...plain("t", "target", text("target")),
      ...plain("i", "source address", text("source_ip_address")),
      ...plain("y", "access key", text("user_identity_access_key_id")),
      ...plain("f", "evidence file", source_file),
      ...(place.event_id === null || place.event_id === ""
        ? []
        : plain("s", "command that shows it", `coldtrail show ${shellWord(place.event_id)}`)),
      ...(view === null
        ? []
        : [
            {
              key: "v",
              label: "command for this view",
              run: () => app.copy(describeEvents(app, view).command, "the command"),
            },
            {
              key: "q",
              label: "SQL of this view",
              run: () => app.copy(viewSql(viewOf(view), view.columns), "the SQL"),
            },
          ]),
    ],
  });
}

/** Waits for the record as `coldtrail show` has it. */
async function copyRecord(app: App, detail: EventDetail, isRaw: boolean): Promise<void> {
  const record = await app.services.views.readRecord(detail);
  if (record !== null) app.copy(isRaw ? record.text : escapeJsonControls(record.text), `record (${record.from})`);
}

async function copyCsv(app: App, { cells }: EventDetail, { columns }: EventsState): Promise<void> {
  const named = columns.map((name): ResultColumn => ({ name, type: "text" }));
  const row = columns.map((name): Cell => cells[name] ?? null);
  const rows = (async function* () {
    yield [row];
  })();
  let text = "";
  for await (const piece of formatCsv(named, rows)) text += piece;
  app.copy(text, "row as CSV");
}
