import { beforeAll, expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { ask } from "../helpers/ask-library.ts";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecord, type RecordFields } from "../helpers/trail-maker.ts";

// Every call that a finding names in its SQL, with parameters and answers that AWS would never write.

const DEEP = `${'{"a":'.repeat(300)}1${"}".repeat(300)}`;
const NAMES = ["x", { a: null }, 5, "%_*?'\";--\u0000"];
const HOSTILE: readonly unknown[] = [
  null,
  "text",
  5,
  [],
  [null, 1, "x"],
  {},
  JSON.parse(DEEP),
  { policy: "{", policyDocument: ["x"], policyName: "\ud800", assumeRolePolicyDocument: 5, principal: { AWS: [1] } },
  { userName: NAMES, roleName: null, groupName: {}, functionName: NAMES, instanceId: NAMES, name: 5, names: "x" },
  { ipPermissions: { items: { fromPort: {} } }, cidrIp: 0, groupId: [], securityGroupRuleSet: { items: "x" } },
  { LifecycleConfiguration: { Rule: [{ Expiration: 5 }, "x"] }, bucketName: { a: 1 }, retentionInDays: "many" },
  { Statement: [{ Effect: 1 }], policyArn: {}, secretId: [], withDecryption: "TRUE", sSHPublicKey: "ssh-rsa ===" },
];

const findings = [...readLibrary([]).queries.values()].filter(({ kind }) => kind === "finding");

/** Pairs of service and event name that a query's SQL asks for by name. */
function callsOf(sql: string): (readonly [service: string, name: string])[] {
  const listed = (column: string): string[] =>
    [...sql.matchAll(new RegExp(`${column} (?:=|IN) \\(?((?:[^()]|--[^\\n]*\\n)*?)(?:\\)|\\n|$)`, "g"))].flatMap(
      ([, list = ""]) => [...list.matchAll(/'([^']+)'/g)].map(([, word = ""]) => word),
    );
  const services = [...new Set(listed("service"))].slice(0, 3);
  return services.flatMap((service) => [...new Set(listed("event_base_name"))].map((name) => [service, name] as const));
}

let caseFolder: string;
beforeAll(async () => {
  // Each call five times, each time with other values.
  const calls = findings.flatMap(({ sql }) => callsOf(sql)).flatMap((call) => [call, call, call, call, call]);
  const records = calls.map(([service, eventName], i): RecordFields => {
    const value = HOSTILE[i % HOSTILE.length];
    return makeRecord(i, {
      eventSource: `${service}.amazonaws.com`,
      eventName,
      requestParameters: value,
      responseElements: HOSTILE[(i + 5) % HOSTILE.length],
      ...(i % 3 === 0 ? { errorCode: "AccessDenied", errorMessage: "\ud800" } : {}),
      ...(i % 7 === 0 ? { userIdentity: "root" } : {}),
    });
  });
  expect(records.length).toBeGreaterThan(1000);
  caseFolder = await caseOf(records);
});

test.each(findings.map(({ id }) => [id]))("%s answers all the same", async (id) => {
  const { rows } = await ask(caseFolder, id);

  for (const cell of rows.flatMap((row) => Object.values(row))) expect(String(cell).isWellFormed()).toBe(true);
});
