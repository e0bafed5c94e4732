import { queryCommand } from "../../../queries/query-command.ts";
import type { QueryFile } from "../../../queries/query-file.ts";
import type { FormField } from "../../../queries/views/query-form.ts";
import type { App, Command, ScreenDefinition } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { editField, insertText, textField, type TextField } from "../../components/text-field.ts";
import type { QueriesState } from "./queries-list.ts";
import { drawForm } from "./query-form-draw.ts";
import {
  atField,
  completed,
  formFields,
  formReading,
  typedPart,
  withText,
  type FormState,
} from "./query-form-state.ts";
import { requestSql } from "./request-sql.ts";
import { initialResult, type ResultState } from "./result-state.ts";

const SCREEN = "query-form";

const top = (app: App): Level<FormState> => app.top() as Level<FormState>;

interface Open {
  readonly level: Level<FormState>;
  readonly query: QueryFile | null;
  readonly fields: readonly FormField[];
  readonly field: FormField | undefined;
}

function opened(app: App): Open {
  const level = top(app);
  const query = level.state.query === null ? null : app.services.library.query(level.state.query);
  const fields = formFields(query, level.state.texts);
  return { level, query, fields, field: fields[level.state.field] };
}

function patch(app: App, change: (state: FormState, open: Open) => FormState): void {
  const open = opened(app);
  app.replaceState<FormState>(open.level.id, (state) => change(state, open));
  suggest(app);
}

/** Asks for values that fit the field as it is now. */
function suggest(app: App): void {
  const { level, field } = opened(app);
  if (field === undefined || field.source.kind === "none") return;
  const text = level.state.texts[field.name] ?? "";
  app.services.library.needSuggestions(field.name, field.source, typedPart(field, text));
}

function edit(app: App, change: (field: TextField) => TextField | null): void {
  patch(app, (state, { field }) => {
    if (field === undefined) return state;
    const next = change({ text: state.texts[field.name] ?? "", cursor: state.caret });
    return next === null ? state : withText(state, field.name, { text: next.text, caret: next.cursor });
  });
}

function chosenValues(app: App): readonly string[] {
  const { field } = opened(app);
  const found = field === undefined ? null : app.services.library.suggestionsOf(field.name);
  return found?.values.map(({ value }) => value) ?? [];
}

function moveSuggestion(app: App, by: number): void {
  const n = chosenValues(app).length;
  patch(app, (state) => {
    const at = (state.suggestion ?? -1) + by;
    return { ...state, suggestion: at < 0 || n === 0 ? null : Math.min(n - 1, at) };
  });
}

/** Takes the chosen suggestion, or the first one. */
function complete(app: App): void {
  const values = chosenValues(app);
  const { level, field } = opened(app);
  const value = values[level.state.suggestion ?? 0];
  if (value === undefined || field === undefined) return;
  const text = completed(field, level.state.texts[field.name] ?? "", value);
  edit(app, () => textField(text));
}

async function submit(app: App): Promise<void> {
  const { level, query, fields } = opened(app);
  if (level.state.suggestion !== null) {
    complete(app);
    patch(app, (state) => atField(state, fields, state.field + 1));
    return;
  }
  const reading = formReading(query, level.state);
  const wrong = fields.findIndex(({ name }) => reading.problems.has(name));
  if (wrong >= 0) {
    patch(app, (state) => ({ ...atField(state, fields, wrong), wasTried: true }));
    return;
  }
  if (query === null) {
    takeScope(app, level);
    return;
  }
  const refused = await app.services.library.patternProblems(query, reading.given);
  // The form may have been left, or changed, meanwhile.
  const now = app.top();
  if (now.id !== level.id || (now.state as FormState).texts !== level.state.texts) return;
  if (refused.size === 0) run(app, level, query);
  else patch(app, (state) => ({ ...state, refused: Object.fromEntries(refused), wasTried: true }));
}

/** A form that was opened from its result gives way to the new one; the old result stays below it. */
function run(app: App, { state }: Level<FormState>, query: QueryFile): void {
  app.pop();
  const below = app.top();
  if (below.screen === "query-result" && (below.state as ResultState).query === query.id) {
    app.replaceState<ResultState>(below.id, () => initialResult(query.id, state.texts, state.left_out));
    rerun(app, below.id);
  } else app.push("query-result", query.id, initialResult(query.id, state.texts, state.left_out));
}

function rerun(app: App, levelId: number): void {
  const level = app.level(levelId) as Level<ResultState> | undefined;
  const query = level === undefined ? null : app.services.library.query(level.state.query);
  if (level === undefined || query === null) return;
  const { given, scope } = formReading(query, { ...level.state, refused: {} } as unknown as FormState);
  void app.services.library.results.run(levelId, { query, given, scope });
}

function takeScope(app: App, { state }: Level<FormState>): void {
  app.pop();
  if (app.top().screen !== "queries") return;
  app.replaceState<QueriesState>(app.top().id, (queries) => ({ ...queries, scope: state.texts, scope_left_out: [] }));
  const { scope } = formReading(null, state);
  app.services.library.needAvailability(scope);
}

function fieldMove(app: App, by: number): void {
  patch(app, (state, { fields }) =>
    atField(state, fields, (state.field + by + fields.length) % Math.max(1, fields.length)),
  );
}

const COMMANDS: readonly Command[] = [
  {
    id: "query-form.run",
    title: "run the query, or take the suggestion",
    hint: "run",
    scope: SCREEN,
    keys: ["enter"],
    available: (app) => top(app).state.query !== null,
    run: submit,
  },
  {
    id: "query-form.take",
    title: "take over this scope, or the suggestion",
    hint: "take over",
    scope: SCREEN,
    keys: ["enter"],
    available: (app) => top(app).state.query === null,
    run: submit,
  },
  {
    id: "query-form.next",
    title: "next field",
    hint: "next field",
    scope: SCREEN,
    keys: ["tab"],
    run: (app) => fieldMove(app, 1),
  },
  {
    id: "query-form.previous",
    title: "previous field",
    scope: SCREEN,
    keys: ["shift-tab"],
    run: (app) => fieldMove(app, -1),
  },
  {
    id: "query-form.suggestion-down",
    title: "next suggestion",
    hint: "suggestions",
    scope: SCREEN,
    keys: ["down", "ctrl-n"],
    run: (app) => (chosenValues(app).length === 0 ? fieldMove(app, 1) : moveSuggestion(app, 1)),
  },
  {
    id: "query-form.suggestion-up",
    title: "previous suggestion, then previous field",
    scope: SCREEN,
    keys: ["up", "ctrl-p"],
    run: (app) => (top(app).state.suggestion === null ? fieldMove(app, -1) : moveSuggestion(app, -1)),
  },
  {
    id: "query-form.default",
    title: "put the default into the field, to edit it",
    scope: SCREEN,
    keys: ["ctrl-o"],
    run: (app) => {
      const text = opened(app).field?.default ?? null;
      if (text !== null) edit(app, () => textField(text));
    },
  },
  {
    id: "query-form.copy",
    title: "copy as a command",
    hint: "copy command",
    scope: SCREEN,
    keys: ["ctrl-y"],
    available: (app) => top(app).state.query !== null,
    run: (app) => {
      const { query, level } = opened(app);
      if (query === null) return;
      const { given, scope } = formReading(query, level.state);
      app.copy(queryCommand({ query, given, scope }, app.caseFacts().folder), "command");
    },
  },
  {
    id: "query-form.leave",
    title: "leave the suggestion, then the form",
    hint: "back",
    scope: SCREEN,
    keys: ["esc"],
    run: (app) => {
      if (top(app).state.suggestion === null) app.pop();
      else patch(app, (state) => ({ ...state, suggestion: null }));
    },
  },
];

/** Parameters and scope of one run. */
export const QUERY_FORM_SCREEN: ScreenDefinition<FormState> = {
  id: SCREEN,
  name: "query form",
  commands: COMMANDS,
  draw: drawForm,
  hints: () => [
    "query-form.run",
    "query-form.take",
    "query-form.next",
    "query-form.suggestion-down",
    "query-form.copy",
  ],
  enter: (_, app) => suggest(app),
  capturesText: () => true,
  onText: (text, app) => edit(app, (field) => insertText(field, text)),
  onKey: (key, app) => edit(app, (field) => editField(field, key)),
  describe: async (level, app) => {
    const query = level.state.query === null ? null : app.services.library.query(level.state.query);
    if (query === null) return { sql: "", command: "coldtrail query list" };
    const { given, scope } = formReading(query, level.state);
    return {
      sql: requestSql({ query, given, scope }, app),
      command: queryCommand({ query, given, scope }, app.caseFacts().folder),
    };
  },
};
