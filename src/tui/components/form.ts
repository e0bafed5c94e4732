import type { Line, Span } from "../state/types.ts";
import type { Theme } from "../terminal/theme.ts";
import { fit, fitLine, span } from "../text/fit.ts";
import { drawField, type TextField } from "./text-field.ts";

/** One field of a form. Texts are harmless. */
export interface FormField {
  readonly label: string;
  readonly field: TextField;
  /** What it is for, or what stands there when it is empty. */
  readonly note?: string;
  /** What is wrong with it. */
  readonly error?: string | null;
}

export interface FormOptions {
  readonly width: number;
  /** Index of the field being edited; null when none is. */
  readonly focus: number | null;
  readonly theme: Theme;
}

const LABEL_MAX = 24;

/** A line for each field, and one more below a field that is wrong. */
export function drawForm(fields: readonly FormField[], options: FormOptions): Line[] {
  const labelWidth = Math.min(LABEL_MAX, Math.max(...fields.map(({ label }) => label.length), 0));
  return fields.flatMap((field, index) => {
    const line = fieldLine(field, { ...options, labelWidth, focused: options.focus === index });
    if (field.error === undefined || field.error === null) return [line];
    return [line, fitLine([span(`  ! ${field.error}`, "error")], options.width)];
  });
}

function fieldLine(
  { label, field, note = "" }: FormField,
  { width, labelWidth, focused, theme }: FormOptions & { readonly labelWidth: number; readonly focused: boolean },
): Line {
  const { ellipsis } = theme.glyphs;
  const start = `${focused ? ">" : " "} ${fit(label, labelWidth, { ellipsis })} [`;
  const fieldWidth = Math.max(8, Math.min(40, Math.floor((width - start.length - 1) * 0.6)));
  const spans: Span[] = [
    span(start, focused ? "bold" : "plain"),
    ...drawField(field, fieldWidth, { focused }),
    span("]", focused ? "bold" : "plain"),
    span(`  ${note}`, "dim"),
  ];
  return fitLine(spans, width, { ellipsis });
}
