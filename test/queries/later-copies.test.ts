import { expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope, type ScopeFlags } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// Which record of an action with several stands for it.

const action = (name: string, changes: RecordFields = {}): RecordFields =>
  makeRecord(1, { eventID: name, requestID: "r", sharedEventID: "shared", ...changes });
const THIN = {
  userIdentity: { type: "AWSAccount", principalId: iamUser("alice")["principalId"], accountId: ACCOUNT },
  recipientAccountId: OTHER_ACCOUNT,
};

async function laterCopies(caseFolder: string, flags: ScopeFlags = {}): Promise<string[]> {
  const scope = parseScope(flags);
  const reader = await CaseReader.open(caseFolder, { prepare: async (database) => prepareCase(database, scope) });
  try {
    const rows = await reader.rows(
      "SELECT e.event_id FROM all_events e JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index ORDER BY 1",
    );
    return rows.map((row) => String(row["event_id"]));
  } finally {
    reader.close();
  }
}

test("the record that knows its caller stands for the action, whatever its id", async () => {
  const folder = await caseOf([action("a-copy", THIN), action("b-callers"), makeRecord(2, { eventID: "alone" })]);

  expect(await laterCopies(folder)).toEqual(["a-copy"]);
});

test("in a scope without that record the copy stands for the action", async () => {
  const folder = await caseOf([action("a-copy", THIN), action("b-callers")]);

  expect(await laterCopies(folder, { recipientAccount: [OTHER_ACCOUNT] })).toEqual([]);
  expect(await laterCopies(folder, { recipientAccount: [ACCOUNT] })).toEqual([]);
});

test("a record and its addendum are one action", async () => {
  const addendum = { addendum: { reason: "UPDATED_DATA", updatedFields: "requestParameters", originalEventID: "a" } };
  const folder = await caseOf([
    makeRecord(1, { eventID: "a" }),
    makeRecord(1, { eventID: "b", ...addendum }),
    makeRecord(3, { eventID: "c" }),
  ]);

  expect(await laterCopies(folder)).toEqual(["b"]);
});
