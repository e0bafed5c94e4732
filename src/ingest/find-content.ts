import type { ByteSource } from "./byte-source.ts";
import { walkArchive } from "./containers/archive-walk.ts";
import { ArchiveLimitError } from "./containers/limits.ts";
import { UnreadableContainerError } from "./containers/container-error.ts";
import type { EvidenceBytes } from "./evidence-bytes.ts";
import { openContent, type OpenedArchive } from "./open-content.ts";

/** The file or member whose content is looked for. */
export interface ContentPlace {
  /** Null for the file itself. */
  readonly member_path: string | null;
  readonly sha256_stored: string;
}

export type FoundContent = { readonly bytes: ByteSource } | { readonly missing: string };

/** What is inside an evidence file, or inside a member of it, if its hash is the one given. */
export async function findContent(file: EvidenceBytes, place: ContentPlace): Promise<FoundContent> {
  const opened = await openContent(file);
  if (place.member_path !== null) {
    return opened.kind === "archive" ? findMember(opened, place.member_path, place.sha256_stored) : NO_MEMBER;
  }
  const { sha256_stored } = opened.kind === "archive" ? await opened.finish() : opened;
  if (sha256_stored !== place.sha256_stored) {
    return { missing: "the evidence file is not the one that was ingested: its hash differs" };
  }
  if (opened.kind === "archive") return { missing: "an archive; its members hold the records" };
  return opened.kind === "bytes" ? opened : { missing: opened.reason };
}

const NO_MEMBER = { missing: "the evidence file does not hold this member any more, or it has another hash" };

async function findMember(
  { archive, budget }: OpenedArchive,
  member_path: string,
  sha256_stored: string,
): Promise<FoundContent> {
  // Only the archives on the way to the member are opened.
  const leaveOut = (path: string): { status: "not_events"; reason: string } | null =>
    member_path.startsWith(path) ? null : { status: "not_events", reason: "" };
  const isKnown = (path: string, hash: string): boolean => path === member_path && hash !== sha256_stored;
  try {
    for await (const { path, content, ...member } of walkArchive(archive, { budget, leaveOut, isKnown })) {
      if (path !== member_path || member.sha256_stored !== sha256_stored) continue;
      if (content.kind === "bytes" || content.kind === "text") return content;
      if ("reason" in content) return { missing: content.reason };
    }
  } catch (error) {
    if (!(error instanceof ArchiveLimitError || error instanceof UnreadableContainerError)) throw error;
    return { missing: error.message };
  }
  return NO_MEMBER;
}
