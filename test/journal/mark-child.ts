// A real second process for the tests: writes COUNT notes about one event each, and prints a line after each one.
// Usage: node mark-child.ts FOLDER EXAMINER LABEL COUNT
import { newTag } from "../../src/journal/mark-entry.ts";
import { writeMark } from "../../src/journal/write-mark.ts";

const [folder = "", examiner = "", label = "", count = "0"] = process.argv.slice(2);
const author = { folder, examiner: { name: examiner, source: "option" as const }, tool_version: "0.1.0", argv: [] };

for (let index = 0; index < Number(count); index += 1) {
  const name = `${label}-${index}`;
  await writeMark(
    author,
    newTag([{ kind: "event", value: name }], ["seen"], `note of ${name}\n${"x".repeat(index * 31)}`),
  );
  console.log(name);
}
