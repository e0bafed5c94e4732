import { userInfo } from "node:os";
import { UsageError } from "../errors.ts";
import type { ExaminerSource } from "./journal-entry.ts";

const NAME_CHARACTERS_MAX = 200;

export interface Examiner {
  readonly name: string;
  /** `os-user` marks a name nobody gave: an account on a shared machine is not a person. */
  readonly source: ExaminerSource;
}

/**
 * Who is working on the case: the option, else COLDTRAIL_EXAMINER, else the user of the operating system.
 * An empty environment variable counts as not set.
 * @throws UsageError for a name that is empty, or longer than 200 characters.
 */
export function resolveExaminer(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Examiner {
  if (option !== undefined) return { name: checkName(option, "--examiner"), source: "option" };
  const fromEnvironment = env["COLDTRAIL_EXAMINER"] ?? "";
  if (fromEnvironment.trim() !== "") {
    return { name: checkName(fromEnvironment, "COLDTRAIL_EXAMINER"), source: "environment" };
  }
  return { name: osUser(), source: "os-user" };
}

function checkName(given: string, where: string): string {
  // The same name typed on a Mac and on Windows may differ in composition, and would become two journals.
  const name = given.toWellFormed().normalize("NFC").trim();
  if (name !== "" && name.length <= NAME_CHARACTERS_MAX) return name;
  throw new UsageError({
    what: name === "" ? "The examiner's name is empty" : "The examiner's name is too long",
    where,
    fix: `Give a name of 1 to ${NAME_CHARACTERS_MAX} characters.`,
  });
}

function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id that no account has.
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
