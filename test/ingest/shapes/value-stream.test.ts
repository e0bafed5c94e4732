import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readValues, type StreamItem } from "../../../src/ingest/shapes/value-stream.ts";

const MIB = 1024 * 1024;

function read(text: string, bytes = 64): StreamItem[] {
  return [...readValues(Buffer.from(text), 0, { bytes, bytesMax: MIB })];
}

/** What was read, in short: values with the lists that they are in, broken text, members beside lists. */
function shortOf(items: readonly StreamItem[]): string[] {
  return items.map((item) => {
    switch (item.kind) {
      case "value":
        return [...item.hops, item.text.slice(item.node.start, item.node.end)].join(" ");
      case "broken":
        return `broken ${item.text}`;
      case "beside":
        return `${item.key}=${item.value}`;
      case "list":
        return `list ${item.hop}`;
      default:
        return item.problem === null ? "end" : `end: ${item.problem}`;
    }
  });
}

const long = (id: string): string => `{"eventVersion":"1.08","eventID":"${id}","x":"${"é".repeat(40)}"}`;
const [A, B, C] = [long("a"), long("b"), long("c")];

describe("JSON values", () => {
  test.each([
    ["one", '{"a":1}', ['{"a":1}', "end"]],
    ["lines", '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}', "end"]],
    ["without anything between", '{"a":1}{"b":2}', ['{"a":1}', '{"b":2}', "end"]],
    ["with commas between", '{"a":1},\n{"b":2},', ['{"a":1}', '{"b":2}', "end"]],
    ["with tabs between", '{"a":1}\t{"b":2}', ['{"a":1}', '{"b":2}', "end"]],
    [
      "with byte order marks and record separators between",
      '\ufeff{"a":1}\ufeff\n\u001e{"b":2}',
      ['{"a":1}', '{"b":2}', "end"],
    ],
    ["a list", '[{"a":1},{"b":2}]', ['[] {"a":1}', '[] {"b":2}', "end"]],
    ["two lists", "[1][2]", ["[] 1", "[] 2", "end"]],
    ["a list of texts", '["a","b"]', ['[] "a"', '[] "b"', "end"]],
    ["a number at the end", "[1,23]", ["[] 1", "[] 23", "end"]],
  ])("%s are read one by one", (_how, text, items) => {
    expect(shortOf(read(text))).toEqual(items);
    expect(shortOf(read(text, 8))).toEqual(items);
  });
});

describe("a document larger than the window", () => {
  test.each([
    ["Records", "Records[]"],
    ["Events", "Events[]"],
    ["QueryResultRows", "QueryResultRows[]"],
  ])("is entered at its list %s", (key, hop) => {
    const text = `{"x":1,"${key}":[${A},${B}],"NextToken":"t"}${C}`;
    expect(shortOf(read(text))).toEqual(["x=1", `list ${hop}`, `${hop} ${A}`, `${hop} ${B}`, "NextToken=t", C, "end"]);
  });

  test("is entered at a list inside an object", () => {
    const text = `{"took":3,"hits":{"total":1,"hits":[${A},${B}]}}`;
    const [hop] = ["hits.hits[]"];
    expect(shortOf(read(text))).toEqual(["took=3", "total=1", `list ${hop}`, `${hop} ${A}`, `${hop} ${B}`, "end"]);
  });

  test("is one value when it has no list", () => {
    expect(shortOf(read(A, 8))).toEqual([A, "end"]);
  });
});

describe("what is broken costs itself only:", () => {
  const B_BROKEN = B.replace('"x":', '"x":oops');
  test.each([
    ["a line", `${A}\n${B_BROKEN}\n${C}\n`, [A, `broken ${B_BROKEN}`, C, "end"]],
    ["a line that is cut", `${A}\n${B.slice(0, 30)}\n${C}\n`, [A, `broken ${B.slice(0, 30)}`, C, "end"]],
    ["an item of a list", `[${A},${B_BROKEN},${C}]`, [`[] ${A}`, `broken ${B_BROKEN}`, `[] ${C}`, "end"]],
    ["a brace too many", `[${A}}},${C}]`, [`[] ${A}`, "broken }}", `[] ${C}`, "end"]],
    ["a comma that is missing", `[${A} ${C}]`, [`[] ${A}`, `[] ${C}`, "end"]],
    [
      "a wrapper whose event is whole",
      `[{"aws":{"e":${A},}},${C}]`,
      ['broken {"aws":{"e":', `[] ${A}`, "broken }}", `[] ${C}`, "end"],
    ],
    ["text in front", `Found credentials\n${A}`, ["broken Found credentials", A, "end"]],
    ["the end of a list", `[${A},${B}`, [`[] ${A}`, `[] ${B}`, "end: cut off inside a list"]],
    [
      "the end of a document",
      `{"Events":[${A},${B.slice(0, 40)}`,
      ["list Events[]", `Events[] ${A}`, `broken ${B.slice(0, 40)}`, "end: cut off inside a list"],
    ],
  ])("%s", (_what, text, items) => {
    expect(shortOf(read(text, 4096))).toEqual(items);
  });

  test("and no value beside it is lost, whatever is broken", () => {
    const texts = fc.array(fc.constantFrom(A, B, C, '{"a":1', '{"b":x}', "oops", "]", "}", '"', "[", ":"), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(texts, fc.constantFrom(16, 64, 4096), (parts, bytes) => {
        const items = shortOf(read(parts.join("\n"), bytes));
        for (const whole of [A, B, C]) {
          const n = items.filter((item) => item.endsWith(whole)).length;
          expect(n).toBe(parts.filter((part) => part === whole).length);
        }
      }),
    );
  });
});

describe("time does not explode", () => {
  test.each([
    ["with broken lines", '{"eventName":[},\n'.repeat(60_000)],
    ["with broken items of one line", `[${'{"a":[},'.repeat(60_000)}`],
    ["with braces alone", "{".repeat(2_000_000)],
    ["with brackets alone", "[".repeat(2_000_000)],
    ["with closing braces alone", "}".repeat(2_000_000)],
    ["with quotes alone", '"'.repeat(2_000_000)],
    ["with quoted line breaks", '"\n'.repeat(1_000_000)],
    ["with documents that break off", '{"Events":[{"a":'.repeat(60_000)],
    ["with keys alone", '{"hits":'.repeat(200_000)],
  ])("%s", (_what, text) => {
    const started = performance.now();
    for (const _item of readValues(Buffer.from(text), 0)) continue;
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
