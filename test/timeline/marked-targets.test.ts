import { afterAll, beforeAll, expect, test } from "vitest";
import { type MarkTarget, targetId } from "../../src/journal/mark-target.ts";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { countTargets } from "../../src/timeline/marked-targets.ts";
import { caseOf } from "../helpers/small-case.ts";
import { iamUser, idOf, makeRecord, makeRecords, timeAt } from "../helpers/trail-maker.ts";

const EVE = "AKIAEVEXXXXXXXXXXXXX";

let reader: CaseReader;

beforeAll(async () => {
  const caseFolder = await caseOf([
    ...makeRecords(1, 6),
    makeRecord(7, {
      eventSource: "iam.amazonaws.com",
      eventName: "CreateAccessKey",
      requestParameters: { userName: "eve" },
      responseElements: { accessKey: { accessKeyId: EVE, userName: "eve", status: "Active" } },
    }),
    // Eve deactivates her own key: used and named in one record.
    makeRecord(8, {
      userIdentity: iamUser("eve"),
      eventSource: "iam.amazonaws.com",
      eventName: "UpdateAccessKey",
      requestParameters: { userName: "eve", accessKeyId: EVE, status: "Inactive" },
    }),
    makeRecord(9, {
      eventName: "TerminateInstances",
      requestParameters: {
        instancesSet: { items: [{ instanceId: "i-0aaaaaaaaaaaaaaaa" }, { instanceId: "i-0bbbbbbbbbbbbbbbb" }] },
      },
    }),
  ]);
  reader = await CaseReader.open(caseFolder, {
    prepare: async (database) => prepareCase(database, parseScope({ since: timeAt(8) })),
  });
});
afterAll(() => reader.close());

test.each<[MarkTarget, number, string | null, string | null]>([
  [{ kind: "event", value: idOf(3) }, 1, timeAt(3), timeAt(3)],
  [{ kind: "event", value: "nosuch" }, 0, null, null],
  [{ kind: "key", value: EVE }, 2, timeAt(7), timeAt(8)],
  [{ kind: "ip", value: "198.51.100.0/29" }, 7, timeAt(1), timeAt(7)],
  [{ kind: "ip", value: "198.51.100.4" }, 1, timeAt(4), timeAt(4)],
  [{ kind: "principal", value: "*user/alice" }, 8, timeAt(1), timeAt(9)],
  [{ kind: "principal", value: "it's nobody" }, 0, null, null],
  [{ kind: "resource", value: "eve" }, 2, timeAt(7), timeAt(8)],
  [{ kind: "resource", value: "i-0bbbbbbbbbbbbbbbb" }, 1, timeAt(9), timeAt(9)],
  [{ kind: "range", since: timeAt(2), until: timeAt(4) }, 2, timeAt(2), timeAt(3)],
])("%j: %i records of the whole case, whatever the scope", async (target, n_records, first_seen, last_seen) => {
  const counts = await countTargets(reader, [target]);

  expect(counts.get(targetId(target))).toEqual({ n_records, first_seen, last_seen });
});

test("thousands of targets at once, each counted by itself", async () => {
  const targets: MarkTarget[] = [
    ...Array.from({ length: 3000 }, (_, i): MarkTarget => ({ kind: "event", value: idOf(i) })),
    ...Array.from({ length: 250 }, (_, i): MarkTarget => ({ kind: "ip", value: `198.51.100.${i}` })),
    ...Array.from({ length: 70 }, (_, i): MarkTarget => ({ kind: "principal", value: i === 65 ? "*alice" : `p${i}` })),
  ];
  const counts = await countTargets(reader, targets);
  const found = [...counts].filter(([, { n_records }]) => n_records > 0);

  expect(counts.size).toBe(targets.length);
  expect(found).toHaveLength(9 + 9 + 1);
});
