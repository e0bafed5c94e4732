import { walkArchive } from "./containers/archive-walk.ts";
import { ArchiveLimitError } from "./containers/limits.ts";
import { UnreadableContainerError } from "./containers/container-error.ts";
import { openEvidence } from "./evidence-bytes.ts";
import { openContent } from "./open-content.ts";

/** SHA-256 of every member of an archive that can be read, by path; several where several have one name. */
export async function hashMembers(path: string): Promise<Map<string, string[]>> {
  const hashes = new Map<string, string[]>();
  const file = openEvidence(path);
  try {
    const opened = await openContent(file);
    if (opened.kind !== "archive") return hashes;
    const walk = walkArchive(opened.archive, { budget: opened.budget, leaveOut: () => null, isKnown: () => false });
    for await (const member of walk) {
      if (member.sha256_stored === null) continue;
      hashes.set(member.path, [...(hashes.get(member.path) ?? []), member.sha256_stored]);
    }
  } catch (error) {
    if (!(error instanceof ArchiveLimitError || error instanceof UnreadableContainerError)) throw error;
  } finally {
    file.close();
  }
  return hashes;
}
