import {
  issuedBySession,
  SESSION_PARTS,
  sessionPart,
  type IssuedBySession,
  type PartRows,
  type SessionPart,
} from "../../queries/views/session-detail.ts";
import { sessionFacts, type SessionFacts } from "../../queries/views/session-facts.ts";
import { accountSpans, dayOfCreation, originInWords } from "../../queries/views/session-origin.ts";
import type { SessionKind } from "../../queries/views/session-selection.ts";
import type { CaseReader } from "../../store/case-reader.ts";
import { Answers, type Asked } from "./answers.ts";
import type { ServiceContext } from "./service-context.ts";

/** A session from all sides, as far as it has come: what is missing is still to come. */
export interface SessionView {
  /** Undefined while loading, null when no record of it is in the case. */
  readonly facts: SessionFacts | null | undefined;
  /** Sentences on where it comes from, the answer first. */
  readonly origin: readonly string[] | null;
  readonly parts: ReadonlyMap<SessionPart, PartRows>;
  readonly issued: readonly IssuedBySession[] | null;
}

const NOTHING: SessionView = { facts: undefined, origin: null, parts: new Map(), issued: null };
const KEPT = 16;

/** Views of single sessions, which come part by part. */
export class SessionViews {
  private readonly answers: Answers<SessionView>;

  constructor(context: ServiceContext) {
    this.answers = new Answers(context, "session-view", KEPT);
  }

  /** The session as far as it has come; asked for when nothing is known. */
  viewOf(by: SessionKind, session: string): { readonly view: SessionView; readonly asked: Asked<SessionView> } {
    const asked = this.answers.ask(`${by} ${session}`, async (reader) => this.load(reader, by, session));
    return { view: asked.value ?? NOTHING, asked };
  }

  private async load(reader: CaseReader, by: SessionKind, session: string): Promise<SessionView> {
    let view = NOTHING;
    const add = (part: Partial<SessionView>): void => {
      view = { ...view, ...part };
      this.answers.partly(`${by} ${session}`, view);
    };
    const facts = (await sessionFacts(reader, by, [session])).get(session) ?? null;
    add({ facts });
    if (facts === null) return view;
    add({ origin: originInWords(facts, await accountSpans(reader), await dayOfCreation(reader, facts)) });
    for (const part of SESSION_PARTS) {
      add({ parts: new Map([...view.parts, [part, await sessionPart(reader, by, { session, part })]]) });
    }
    add({ issued: await issuedBySession(reader, by, session) });
    return view;
  }

  retry(): void {
    this.answers.retry();
  }

  forget(): void {
    this.answers.forget();
  }
}
