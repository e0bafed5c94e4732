import { completeValue, type Completion, type TypedPart } from "../../queries/views/filter-completion.ts";
import { Answers } from "./answers.ts";
import type { ServiceContext } from "./service-context.ts";

const REST_MS = 150;
const HISTORY_MAX = 50;

/** What the filter editor asks while somebody types, and what was typed before. */
export class FilterTyping {
  readonly completions: Answers<readonly Completion[]>;
  private readonly context: ServiceContext;
  private resting: { readonly key: string; readonly callOff: () => void } | null = null;
  private typed: readonly string[] = [];

  constructor(context: ServiceContext) {
    this.context = context;
    this.completions = new Answers(context, "completion", 64);
  }

  /** Completions of what is being typed: asked for when the typing has rested; those known until then. */
  completionsAtRest(part: TypedPart): readonly Completion[] {
    const key = `${part.column ?? ""} ${part.text}`;
    const known = this.completions.peek(key);
    if (known?.value != null) return known.value;
    if (known === null && this.resting?.key !== key) {
      this.resting?.callOff();
      const callOff = this.context.clock.after(REST_MS, () => {
        this.resting = null;
        this.completions.ask(key, async (reader) => completeValue(reader, part));
        this.context.dataArrived();
      });
      this.resting = { key, callOff };
    }
    return [];
  }

  /** Filters typed before, the newest first. */
  get history(): readonly string[] {
    return this.typed;
  }

  remember(text: string): void {
    this.typed = [text, ...this.typed.filter((known) => known !== text)].slice(0, HISTORY_MAX);
  }

  close(): void {
    this.resting?.callOff();
  }
}
