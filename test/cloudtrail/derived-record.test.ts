import { describe, expect, test } from "vitest";
import { compareRecords, type Comparison } from "../../src/cloudtrail/compare-records.ts";
import { DerivedRecord } from "../../src/cloudtrail/derived-record.ts";
import { parseJson } from "../../src/cloudtrail/json-text.ts";
import { FIDELITIES, poorerFidelity } from "../../src/cloudtrail/source-fidelity.ts";

const TRAIL =
  '{"eventID":"a","eventName":"GetObject","userIdentity":{"userName":"ada","arn":"x"},"requestParameters":{"n":1}}';

function compare(text: string, isDerived = true): Comparison {
  return compareRecords({ text: TRAIL, node: parseJson(TRAIL) }, { text, node: parseJson(text), isDerived });
}

function record(format: "console-csv" | "ocsf" | "logstash", fill: (made: DerivedRecord) => void): string {
  const made = new DerivedRecord(format);
  fill(made);
  return made.text();
}

describe("a derived record", () => {
  test("holds its fields, and under one key its format and the rest of its source", () => {
    const text = record("console-csv", (made) => {
      made.setText("eventID", "a");
      made.setText("userIdentity.userName", "ada", { isExact: false });
      made.setText("eventTime", "2024-03-05T09:14:07Z", { isExact: false });
      made.keep("User name", '"ada"');
    });
    expect(JSON.parse(text)).toEqual({
      eventID: "a",
      userIdentity: { userName: "ada" },
      eventTime: "2024-03-05T09:14:07Z",
      derivedFrom: { format: "console-csv", inexact: ["eventTime"], rest: { "User name": "ada" } },
    });
  });

  test.each([
    ["agrees", record("console-csv", (made) => made.setText("eventName", "GetObject")), "subset", []],
    [
      "differs in a field that its format carries",
      record("console-csv", (made) => made.setText("eventName", "PutObject")),
      "conflicting",
      ["eventName"],
    ],
    [
      "differs in one that it does not",
      record("console-csv", (made) => made.setText("userIdentity.userName", "root")),
      "subset",
      [],
    ],
    [
      "differs in one that it has inexactly",
      record("console-csv", (made) => made.setText("eventName", "x", { isExact: false })),
      "subset",
      [],
    ],
    [
      "differs below a field that it has inexactly",
      record("logstash", (made) => made.setToken("requestParameters", '{"n":2}', { isExact: false })),
      "subset",
      [],
    ],
    [
      "of Logstash differs in any other",
      record("logstash", (made) => made.setToken("requestParameters", '{"n":2}')),
      "conflicting",
      ["requestParameters.n"],
    ],
    ["of OCSF differs in the identity", record("ocsf", (made) => made.setText("userIdentity.arn", "y")), "subset", []],
  ])("that %s", (_how, text, relation, fields) => {
    expect(compare(text)).toEqual({ relation, fields });
  });

  test("is not believed when its source did not make it", () => {
    const forged = '{"eventID":"a","eventName":"PutObject","derivedFrom":{"format":"ocsf","inexact":["eventName"]}}';
    expect(compare(forged, false)).toEqual({ relation: "conflicting", fields: ["eventName"] });
  });
});

test("the poorer of two sources is the one further down the list", () => {
  for (const [i, a] of FIDELITIES.entries()) {
    for (const [j, b] of FIDELITIES.entries()) expect(poorerFidelity(a, b)).toBe(FIDELITIES[Math.max(i, j)]);
  }
});
