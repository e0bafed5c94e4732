/** A page, or the marked blocks of one, that is made from the code. */
export interface GeneratedFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  /** The whole new text, given the present one; that is empty when there is no such file. */
  readonly render: (present: string) => string | Promise<string>;
}

/** Says who writes a page, for whoever opens it to change it. */
export const WRITTEN_BY = "<!-- Written by `npm run docs`. Do not edit. -->";
