/** Documented in docs/cli.md; never renumbered. */
export const EXIT_CODES = {
  ok: 0,
  bug: 1,
  usage: 2,
  unreadable: 3,
  integrity: 4,
  query: 5,
  remote: 6,
  interrupted: 130,
} as const;

/** What went wrong, where, and what to do next: the three things a person at the terminal needs. */
export interface Problem {
  /** Short and concrete, without a full stop: "Could not open the case". */
  readonly what: string;
  /** A path, an option, a query id and line. */
  readonly where: string;
  /** The next step, as a sentence or a command. */
  readonly fix: string;
}

/**
 * A failure we foresaw, worded for the person at the terminal. The command line prints the message alone
 * and exits with `exitCode`; any other error is a bug: stack, a request to report it, exit 1.
 */
export abstract class ExpectedError extends Error {
  abstract readonly exitCode: number;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.what}: ${problem.where}\n  ${problem.fix}`, options);
    this.name = new.target.name;
  }
}

/** The command line was wrong, or names something that is not there. */
export class UsageError extends ExpectedError {
  readonly exitCode = EXIT_CODES.usage;
}

/** Case and evidence overlap, so that even a journal line would be written into evidence. */
export class OverlapError extends UsageError {}

/** The case cannot be opened or written: locked, too new, damaged, no space. */
export class CaseError extends ExpectedError {
  readonly exitCode = EXIT_CODES.usage;
}

/** Evidence or a journal differs from what was recorded of it. */
export class IntegrityError extends ExpectedError {
  readonly exitCode = EXIT_CODES.integrity;
}

/** A query was refused, failed, or was stopped at a limit. */
export class QueryError extends ExpectedError {
  readonly exitCode = EXIT_CODES.query;
}

/** A remote operation failed or was refused; what was fetched before stays. */
export class RemoteError extends ExpectedError {
  readonly exitCode = EXIT_CODES.remote;
}

/** Stopped by the user; whatever was committed stays. */
export class InterruptedError extends ExpectedError {
  readonly exitCode = EXIT_CODES.interrupted;
}
