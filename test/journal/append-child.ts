// A real second process for the tests: appends COUNT entries to a journal, or reports the error it met.
// Usage: node append-child.ts FOLDER LABEL COUNT [UID]
import { appendEntry } from "../../src/journal/journal-file.ts";

const [folder = "", label = "", count = "0", uid] = process.argv.slice(2);
// Write protection does not hold for root, so the caller may ask for another user once all modules are loaded.
if (uid !== undefined) process.setuid?.(Number(uid));

try {
  for (let index = 0; index < Number(count); index += 1) {
    await appendEntry(folder, {
      kind: "command",
      examiner: "ada",
      examiner_source: "option",
      host: "lab",
      tool_version: "0.1.0",
      argv: ["query", `${label}-${index}`, "x".repeat(index * 97)],
      counts: { rows: index },
      exit_code: 0,
      elapsed_ms: 1,
    });
  }
} catch (error) {
  console.log(JSON.stringify({ name: (error as Error).name, message: (error as Error).message }));
}
