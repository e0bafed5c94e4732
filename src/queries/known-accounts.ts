import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quoteText, type Database } from "../store/database.ts";

/*
 * Accounts that are known as the investigator's own: those that trail files were delivered for, and those that
 * `own-accounts.txt` in the case folder names. In a case that holds no trail file (exports of a SIEM, of Event history),
 * those that its records were received by. Records of before 2014, and those of some exports, name no recipient: when none
 * does, the account of most callers. Any other is "not known as yours"; no query calls it external.
 */

const OWN_ACCOUNTS_FILE = "own-accounts.txt";

/** The statement that makes the view; it holds the named accounts, so that a script for another DuckDB has them too. */
export function knownAccountsView(named: readonly string[]): string {
  const own = named.map((account) => `\n  UNION ALL SELECT ${quoteText(account)}, ${quoteText(OWN_ACCOUNTS_FILE)}`);
  return `CREATE OR REPLACE TEMP VIEW known_accounts AS
  SELECT DISTINCT recipient_account_id AS account_id, CASE source_fidelity WHEN 'trail' THEN 'trail' ELSE 'export' END AS source
  FROM coldtrail.main.all_events
  WHERE recipient_account_id <> '' AND (source_fidelity = 'trail' OR NOT EXISTS (
    SELECT 1 FROM coldtrail.main.all_events WHERE source_fidelity = 'trail' AND recipient_account_id <> ''))
  UNION ALL SELECT account_id, 'callers' FROM (
    SELECT user_identity_account_id AS account_id FROM coldtrail.main.all_events
    WHERE user_identity_type IN ('IAMUser', 'Root', 'AssumedRole') AND user_identity_account_id <> ''
      AND NOT EXISTS (SELECT 1 FROM coldtrail.main.all_events WHERE recipient_account_id <> '')
    GROUP BY user_identity_account_id ORDER BY count(*) DESC, user_identity_account_id LIMIT 1)${own.join("")}`;
}

/** Makes the view `known_accounts(account_id, source)`; to be called before the sandbox closes. */
export async function prepareKnownAccounts(database: Database, caseFolder: string | null): Promise<void> {
  await database.run(knownAccountsView(caseFolder === null ? [] : ownAccountsOf(caseFolder)));
}

/** One account a line; blank lines and `#` comments are passed over. */
export function ownAccountsOf(caseFolder: string): string[] {
  const file = join(caseFolder, OWN_ACCOUNTS_FILE);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  return [...new Set(lines.map((line) => line.replace(/#.*/, "").trim()).filter(Boolean))];
}
