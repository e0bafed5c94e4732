import { expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { nextCommands } from "../../src/queries/next-command.ts";

const query = { ...readLibrary([]).queries.get("ip-pivot")!, next: [{ query: "ua-pivot", with: { ua: "client" } }] };

test.each([
  ["aws-cli/2", "coldtrail query run ua-pivot --param ua=aws-cli/2", true],
  ["it's $(id)", String.raw`coldtrail query run ua-pivot --param 'ua=it'\''s $(id)'`, true],
  // One @ would name a file to read values from, and evidence may begin with it.
  ["@/etc/passwd", "coldtrail query run ua-pivot --param ua=@@/etc/passwd", true],
  [null, "coldtrail query run ua-pivot --param ua=<client>", false],
])("a next query with %j in the row", (client, command, isComplete) => {
  expect(nextCommands(query, { client })).toEqual([{ query: "ua-pivot", command, isComplete }]);
});
