import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { ownAccountsOf } from "../../src/queries/known-accounts.ts";
import { parseScope } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, writeTrail } from "../helpers/trail-maker.ts";

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

test("in a case of exports alone, the accounts that received the records are known", async () => {
  const folder = temporaryFolder();
  const records = [makeRecord(1), makeRecord(2, { recipientAccountId: OTHER_ACCOUNT })];
  mkdirSync(`${folder}/evidence`);
  writeFileSync(`${folder}/evidence/events.ndjson`, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  await quickIngest(`${folder}/case`, [`${folder}/evidence`]);

  expect(await knownIn(`${folder}/case`)).toEqual([`${ACCOUNT} export`, `${OTHER_ACCOUNT} export`]);

  // Once a trail file is there, it says whose the trail is.
  writeTrail(`${folder}/trail`, { "trail.json": [makeRecord(3)] });
  await quickIngest(`${folder}/case`, [`${folder}/trail`]);
  expect(await knownIn(`${folder}/case`)).toEqual([`${ACCOUNT} trail`]);
});

test("when no record names a recipient, the account of most callers is known", async () => {
  const nameless = { recipientAccountId: undefined };
  const stranger = { ...nameless, userIdentity: iamUser("eve", { accountId: OTHER_ACCOUNT }) };
  const records = [makeRecord(1, nameless), makeRecord(2, nameless), makeRecord(3, stranger)];

  expect(await knownIn(await caseOf(records))).toEqual([`${ACCOUNT} callers`]);
  // One that does names its own, whoever calls.
  expect(await knownIn(await caseOf([...records, makeRecord(4, { recipientAccountId: OTHER_ACCOUNT })]))).toEqual([
    `${OTHER_ACCOUNT} trail`,
  ]);
});

async function knownIn(folder: string): Promise<string[]> {
  const scope = parseScope({});
  const reader = await CaseReader.open(folder, { prepare: async (database) => prepareCase(database, scope, folder) });
  try {
    const rows = await reader.rows("SELECT account_id, source FROM known_accounts ORDER BY account_id, source");
    return rows.map((row) => Object.values(row).join(" "));
  } finally {
    reader.close();
  }
}
