import { drawModal } from "../components/modal.ts";
import type { App, OverlayDefinition } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { span, wrapWords } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";
import { closeCommand } from "./close-command.ts";

export interface Confirmation {
  readonly title: string;
  /** What will happen, in a sentence or two. */
  readonly text: string;
  /** What `y` does, for the bottom line: `discard the note`. */
  readonly yes: string;
  readonly confirmed: (app: App) => void | Promise<void>;
}

const KIND = "confirm";
const WIDTH = 64;

export const confirmOverlay: OverlayDefinition<Confirmation> = {
  kind: KIND,
  name: "Question",
  commands: [
    closeCommand(KIND, { keys: ["n", "esc", "q"], hint: "no" }),
    {
      id: "confirm.yes",
      title: "yes",
      scope: KIND,
      keys: ["y"],
      hidden: true,
      run: async (app) => {
        const { overlay } = app.store.getState();
        if (overlay?.kind !== KIND) return;
        app.closeOverlay();
        await (overlay.state as Confirmation).confirmed(app);
      },
    },
  ],
  hints: () => ["confirm.yes", "confirm.close"],
  draw(state, screen, { theme }) {
    const width = Math.min(WIDTH, screen.width);
    const lines: Line[] = [
      ...wrapWords(safeText(state.text, 600), width - 4).map((line): Line => [span(` ${line}`)]),
      [],
      [span(" y ", "key"), span(safeText(state.yes)), span("   n ", "key"), span("no")],
    ];
    return drawModal(screen, { title: safeText(state.title), lines, width, theme });
  },
};

/** Asks before something that cannot be taken back. */
export function openConfirm(app: App, confirmation: Confirmation): void {
  app.openOverlay(KIND, confirmation);
}
