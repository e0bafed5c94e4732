import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { ownAccountsOf } from "../../src/queries/known-accounts.ts";
import { parseScope } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, makeRecord, OTHER_ACCOUNT } from "../helpers/trail-maker.ts";

test("accounts are known from the trail and from own-accounts.txt, whatever the scope", async () => {
  const folder = await caseOf([makeRecord(1), makeRecord(2, { recipientAccountId: OTHER_ACCOUNT })]);
  writeFileSync(join(folder, "own-accounts.txt"), "\uFEFF# ours\r\n777788889999 # sandbox\r\n\r\n777788889999\r\n");
  expect(ownAccountsOf(folder)).toEqual(["777788889999"]);
  const scope = parseScope({ account: [ACCOUNT] });
  const reader = await CaseReader.open(folder, { prepare: async (database) => prepareCase(database, scope, folder) });
  try {
    const rows = await reader.rows("SELECT account_id, source FROM known_accounts ORDER BY account_id");
    expect(rows.map((row) => Object.values(row).join(" "))).toEqual([
      `${ACCOUNT} trail`,
      `${OTHER_ACCOUNT} trail`,
      "777788889999 own-accounts.txt",
    ]);
  } finally {
    reader.close();
  }
});
