import type { Command } from "../state/contract.ts";

/** Esc of an overlay. */
export function closeCommand(
  kind: string,
  options: { readonly keys?: readonly string[]; readonly hint?: string } = {},
): Command {
  return {
    id: `${kind}.close`,
    title: "close this box",
    hint: options.hint ?? "close",
    scope: kind,
    keys: options.keys ?? ["esc"],
    hidden: true,
    run: (app) => app.closeOverlay(),
  };
}
