import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/export/display-width.ts";
import { columnsOf, format } from "./result-fixture.ts";

const columns = columnsOf(
  "event_time:timestamp",
  "event_name",
  "actor",
  "source_ip",
  "outcome",
  "n:integer",
  "user_agent",
);
const ROLE = "arn:aws:sts::123456789012:assumed-role/OrganizationAccountAccessRole";
const rows = [
  [
    "2023-07-10T12:27:45Z",
    "GetCallerIdentity",
    `${ROLE}/ada`,
    "203.0.113.77",
    "no-error",
    1204,
    "aws-cli/2.12.6 Python/3.11.4 Linux/5.15 exe/x86_64.ubuntu.22",
  ],
  [
    "2023-07-10T12:27:46Z",
    "ListBuckets",
    "arn:aws:iam::123456789012:user/benjamin",
    "203.0.113.8",
    "denied",
    7,
    "Boto3/1.26 \u001b[31m日本語テキスト",
  ],
  [
    "2023-07-10T12:27:46.5Z",
    "StopLogging",
    null,
    "cloudformation.amazonaws.com",
    "no-error",
    null,
    "console.amazonaws.com",
  ],
];
const table = { columns, rows };
const footer = ["3 records · scope: whole case"];

describe("A table", () => {
  test("for 120 columns", async () => {
    expect(await format("table", table, { width: 120, footer })).toMatchInlineSnapshot(`
      "event_time              event_name         actor                source_ip            outcome      n  user_agent
      ──────────────────────  ─────────────────  ───────────────────  ───────────────────  ────────  ────  ───────────────────
      2023-07-10T12:27:45Z    GetCallerIdentity  …ountAccessRole/ada  203.0.113.77         no-error  1204  aws-cli/2.12.6 Pyt…
      2023-07-10T12:27:46Z    ListBuckets        …9012:user/benjamin  203.0.113.8          denied       7  Boto3/1.26 \\x1b[31…
      2023-07-10T12:27:46.5Z  StopLogging                             cloudformation.ama…  no-error        console.amazonaws.…
      ──────────────────────  ─────────────────  ───────────────────  ───────────────────  ────────  ────  ───────────────────
      3 records · scope: whole case
      "
    `);
  });

  test("for 80 columns shows the first five columns whole enough to read", async () => {
    const five = { columns: columns.slice(0, 5), rows: rows.map((row) => row.slice(0, 5)) };
    expect(await format("table", five, { width: 80, footer })).toMatchInlineSnapshot(`
      "event_time              event_name      actor           source_ip       outcome
      ──────────────────────  ──────────────  ──────────────  ──────────────  ────────
      2023-07-10T12:27:45Z    GetCallerIden…  …ccessRole/ada  203.0.113.77    no-error
      2023-07-10T12:27:46Z    ListBuckets     …user/benjamin  203.0.113.8     denied
      2023-07-10T12:27:46.5Z  StopLogging                     cloudformatio…  no-error
      ──────────────────────  ──────────────  ──────────────  ──────────────  ────────
      3 records · scope: whole case
      "
    `);
  });

  test("for 80 columns shows seven columns as cards, with no cell cut", async () => {
    expect(await format("table", table, { width: 80 })).toMatchInlineSnapshot(`
      "─ 1 ────────────────────────────────────────────────────────────────────────────
      event_time  2023-07-10T12:27:45Z
      event_name  GetCallerIdentity
      actor       arn:aws:sts::123456789012:assumed-role/OrganizationAccountAccessRole
                  /ada
      source_ip   203.0.113.77
      outcome     no-error
      n           1204
      user_agent  aws-cli/2.12.6 Python/3.11.4 Linux/5.15 exe/x86_64.ubuntu.22
      ─ 2 ────────────────────────────────────────────────────────────────────────────
      event_time  2023-07-10T12:27:46Z
      event_name  ListBuckets
      actor       arn:aws:iam::123456789012:user/benjamin
      source_ip   203.0.113.8
      outcome     denied
      n           7
      user_agent  Boto3/1.26 \\x1b[31m日本語テキスト
      ─ 3 ────────────────────────────────────────────────────────────────────────────
      event_time  2023-07-10T12:27:46.5Z
      event_name  StopLogging
      actor
      source_ip   cloudformation.amazonaws.com
      outcome     no-error
      n
      user_agent  console.amazonaws.com
      "
    `);
  });

  test("for a terminal too narrow turns every row into a card with nothing cut", async () => {
    expect(await format("table", { columns, rows: rows.slice(1) }, { width: 60, footer })).toMatchInlineSnapshot(`
      "─ 1 ────────────────────────────────────────────────────────
      event_time  2023-07-10T12:27:46Z
      event_name  ListBuckets
      actor       arn:aws:iam::123456789012:user/benjamin
      source_ip   203.0.113.8
      outcome     denied
      n           7
      user_agent  Boto3/1.26 \\x1b[31m日本語テキスト
      ─ 2 ────────────────────────────────────────────────────────
      event_time  2023-07-10T12:27:46.5Z
      event_name  StopLogging
      actor
      source_ip   cloudformation.amazonaws.com
      outcome     no-error
      n
      user_agent  console.amazonaws.com
      ────────────────────────────────────────────────────────────
      3 records · scope: whole case
      "
    `);
  });

  test("without a terminal cuts nothing", async () => {
    expect(await format("table", table)).toMatchInlineSnapshot(`
      "event_time              event_name         actor                                                                     source_ip                     outcome      n  user_agent
      ──────────────────────  ─────────────────  ────────────────────────────────────────────────────────────────────────  ────────────────────────────  ────────  ────  ────────────────────────────────────────────────────────────
      2023-07-10T12:27:45Z    GetCallerIdentity  arn:aws:sts::123456789012:assumed-role/OrganizationAccountAccessRole/ada  203.0.113.77                  no-error  1204  aws-cli/2.12.6 Python/3.11.4 Linux/5.15 exe/x86_64.ubuntu.22
      2023-07-10T12:27:46Z    ListBuckets        arn:aws:iam::123456789012:user/benjamin                                   203.0.113.8                   denied       7  Boto3/1.26 \\x1b[31m日本語テキスト
      2023-07-10T12:27:46.5Z  StopLogging                                                                                  cloudformation.amazonaws.com  no-error        console.amazonaws.com
      "
    `);
  });

  test("in ASCII has no other byte, in cells and footer too", async () => {
    const text = await format("table", table, { width: 130, ascii: true, footer });
    expect(text).toMatchInlineSnapshot(`
      "event_time              event_name         actor                    source_ip               outcome      n  user_agent
      ----------------------  -----------------  -----------------------  ----------------------  --------  ----  ----------------------
      2023-07-10T12:27:45Z    GetCallerIdentity  ...ccountAccessRole/ada  203.0.113.77            no-error  1204  aws-cli/2.12.6 Pyth...
      2023-07-10T12:27:46Z    ListBuckets        ...789012:user/benjamin  203.0.113.8             denied       7  Boto3/1.26 \\x1b[31m...
      2023-07-10T12:27:46.5Z  StopLogging                                 cloudformation.amaz...  no-error        console.amazonaws.com
      ----------------------  -----------------  -----------------------  ----------------------  --------  ----  ----------------------
      3 records \\xb7 scope: whole case
      "
    `);
    expect(text).toMatch(/^[\n -~]*$/);
  });

  test("with color has a bold header and no other sequence", async () => {
    const text = await format("table", { columns: columnsOf("a", "n:integer"), rows: [["x", 12]] }, { color: true });
    expect(text).toBe("\u001b[1ma   n\u001b[22m\n─  ──\nx  12\n");
  });

  test("without rows still shows its header, and without a footer no second rule", async () => {
    expect(await format("table", { columns: columnsOf("name", "n:integer"), rows: [] }, { width: 80 })).toBe(
      "name  n\n────  ─\n",
    );
  });

  test.each([40, 60, 80, 100, 120, 200])("is never wider than %i columns", async (width) => {
    const text = await format("table", table, { width });
    const widths = text.split("\n").map(displayWidth);
    expect(Math.max(...widths)).toBeLessThanOrEqual(width);
    expect(Math.max(...widths)).toBeGreaterThan(width * 0.75);
  });

  test("never cuts a number or a time, even where later rows are wider than those it was sized by", async () => {
    const short = Array.from({ length: 1_000 }, () => ["x".repeat(70), 1]);
    const late = ["y".repeat(90), 123_456_789];
    const text = await format("table", { columns: columnsOf("s", "n:integer"), rows: [...short, late] }, { width: 60 });
    expect(text.split("\n").at(-2)).toBe(`${"y".repeat(56)}…  123456789`);
  });

  test("gives one endless cell no more room than the others need", async () => {
    const short = Array.from({ length: 40 }, () => ["a".repeat(20), "b".repeat(30)]);
    const text = await format(
      "table",
      { columns: columnsOf("a", "b"), rows: [...short, ["a".repeat(500), "b"]] },
      { width: 60 },
    );
    expect(text.split("\n")[1]).toBe(`${"─".repeat(28)}  ${"─".repeat(30)}`);
  });

  test("keeps addresses whole, and cuts the long texts, though a service name stands in their place at times", async () => {
    const long = "x".repeat(100);
    const addresses = ["203.0.113.177", "198.51.100.24", "cloudformation.amazonaws.com"];
    const text = await format(
      "table",
      { columns: columnsOf("a", "b", "ip"), rows: addresses.map((address) => [long, long, address]) },
      { width: 42 },
    );
    expect(text.split("\n")[2]).toBe(`${"x".repeat(12)}…  ${"x".repeat(11)}…  203.0.113.177`);
  });

  test("leaves a column that is mostly empty room for what it holds", async () => {
    const sparse = Array.from({ length: 40 }, (_, index) => ["x".repeat(100), index === 0 ? "y".repeat(100) : null]);
    const text = await format("table", { columns: columnsOf("a", "params"), rows: sparse }, { width: 42 });
    expect(text.split("\n")[2]).toBe(`${"x".repeat(29)}…  ${"y".repeat(9)}…`);
  });

  test("without a terminal does not push all rows apart for one endless cell", async () => {
    const text = await format("table", {
      columns: columnsOf("a", "b"),
      rows: [
        ["x".repeat(5_000), "y"],
        ["x", "y"],
      ],
    });
    expect(text.split("\n")[2]).toBe(`${"x".repeat(5_000)}  y`);
    expect(text.split("\n")[3]).toBe(`x${" ".repeat(121)}y`);
  });
});
