import { columnOf, dayNumber } from "../../../queries/views/coverage-calendar.ts";
import type { App, Command } from "../../state/contract.ts";
import { moveCommands, searchCommands } from "../list-commands.ts";
import {
  copyCursor,
  isOn,
  isTyping,
  listOf,
  moveColumn,
  openCell,
  openProblem,
  openRequirement,
  openRow,
  openSessionsOfRow,
  patch,
  SCREEN,
  SEARCHED,
  state,
  turnCategory,
  turnTab,
  zoom,
} from "./coverage-actions.ts";

const command = (id: string, parts: Omit<Command, "id" | "scope">): Command => ({
  id: `${SCREEN}.${id}`,
  scope: SCREEN,
  ...parts,
});

/** What the keys of the coverage screen do. */
export const COVERAGE_COMMANDS: readonly Command[] = [
  ...searchCommands(SEARCHED, "accounts and regions, or files").map((searching) =>
    searching.id.endsWith(".search")
      ? { ...searching, available: (app: App) => !isTyping(app) && state(app).tab !== "requires" }
      : searching,
  ),
  command("events", {
    title: "events of the cell",
    hint: "events",
    keys: ["enter"],
    available: isOn("matrix"),
    run: openCell,
  }),
  command("file", {
    title: "the file and its rejected records",
    hint: "file",
    keys: ["enter"],
    available: isOn("files"),
    run: openProblem,
  }),
  command("required", {
    title: "events of this kind",
    hint: "events",
    keys: ["enter"],
    available: isOn("requires"),
    run: openRequirement,
  }),
  command("pivot", {
    title: "events of the account and region, all time",
    hint: "whole row",
    keys: ["p"],
    available: isOn("matrix"),
    run: openRow,
  }),
  command("sessions", {
    title: "keys and sessions of the account",
    hint: "sessions",
    keys: ["s"],
    available: isOn("matrix"),
    run: openSessionsOfRow,
  }),
  command("left", {
    title: "one column back",
    keys: ["left", "h"],
    hidden: true,
    available: isOn("matrix"),
    run: (app) => moveColumn(app, ({ column }) => column - 1),
  }),
  command("right", {
    title: "one column on",
    keys: ["right", "l"],
    hidden: true,
    available: isOn("matrix"),
    run: (app) => moveColumn(app, ({ column }) => column + 1),
  }),
  command("row-begin", {
    title: "first column of the row",
    keys: ["home"],
    available: isOn("matrix"),
    run: (app) => moveColumn(app, ({ rows, row, zoom: shown }) => columnOf(shown, dayNumber(rows[row]!.first_day))),
  }),
  command("row-end", {
    title: "last column of the row",
    keys: ["end"],
    available: isOn("matrix"),
    run: (app) => moveColumn(app, ({ rows, row, zoom: shown }) => columnOf(shown, dayNumber(rows[row]!.last_day))),
  }),
  command("back-page", {
    title: "a screen of columns back",
    keys: ["<", "["],
    available: isOn("matrix"),
    run: (app) => moveColumn(app, ({ column, layout }) => column - layout.n_cells),
  }),
  command("on-page", {
    title: "a screen of columns on",
    keys: [">", "]"],
    available: isOn("matrix"),
    run: (app) => moveColumn(app, ({ column, layout }) => column + layout.n_cells),
  }),
  command("zoom-in", {
    title: "zoom in: month, week, day",
    hint: "zoom",
    keys: ["z"],
    available: isOn("matrix"),
    run: (app) => zoom(app, -1),
  }),
  command("zoom-out", {
    title: "zoom out: day, week, month",
    keys: ["Z"],
    available: isOn("matrix"),
    run: (app) => zoom(app, 1),
  }),
  command("category", {
    title: "next category of events",
    hint: "category",
    keys: ["c"],
    available: isOn("matrix"),
    run: (app) => turnCategory(app, 1),
  }),
  command("category-back", {
    title: "category of events before",
    keys: ["C"],
    available: isOn("matrix"),
    run: (app) => turnCategory(app, -1),
  }),
  command("tab", {
    title: "events and files, files with problems, what queries need",
    hint: "next tab",
    keys: ["tab"],
    available: (app) => !isTyping(app),
    run: (app) => turnTab(app, 1),
  }),
  command("tab-back", {
    title: "the tab before",
    keys: ["shift-tab"],
    available: (app) => !isTyping(app),
    run: (app) => turnTab(app, -1),
  }),
  command("copy", {
    title: "copy the account, the path or the requirement",
    keys: ["y"],
    available: (app) => !isTyping(app),
    run: copyCursor,
  }),
  command("retry", {
    title: "ask again what failed or was cancelled",
    keys: ["r"],
    available: (app) => !isTyping(app),
    run: (app) => {
      app.services.coverage.retry();
      app.dataArrived();
    },
  }),
  // After those of the matrix, where Home and End go to the ends of the row.
  ...moveCommands(SCREEN, listOf, (app, cursor) => {
    const { tab, cursors } = state(app);
    patch(app, { cursors: { ...cursors, [tab]: cursor } });
  }),
];
