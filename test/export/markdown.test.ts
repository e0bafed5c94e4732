import { expect, test } from "vitest";
import { columnsOf, format } from "./result-fixture.ts";

test("Markdown is a GitHub table with numbers to the right and the footer as a list.", async () => {
  const columns = columnsOf("event_time:timestamp", "n:integer", "actor");
  const rows = [
    ["2023-07-10T12:27:45Z", 3, "arn:aws:iam::1:user/ada_l"],
    [null, null, ""],
  ];

  expect(await format("md", { columns, rows }, { footer: ["3 records", "a|b\nc"] })).toBe(
    [
      "| event_time | n | actor |",
      "| --- | ---: | --- |",
      "| 2023-07-10T12:27:45Z | 3 | arn:aws:iam::1:user/ada_l |",
      "|  |  |  |",
      "",
      "- 3 records",
      "- a\\|b\\\\nc",
      "",
    ].join("\n"),
  );
});

test.each([
  ["a pipe", "a|b", "a\\|b"],
  ["a backslash before a pipe", "a\\|b", "a\\\\\\|b"],
  ["backticks", "`rm`", "\\`rm\\`"],
  ["line breaks", "a\nb\r\nc", "a\\\\nb\\\\r\\\\nc"],
  ["an image", "![x](https://evil.example/p.png)", "!\\[x\\](https\\://evil.example/p.png)"],
  ["a bare link", "www.evil.example http://e.example", "www\\.evil.example http\\://e.example"],
  ["HTML", '<img src=x onerror="a">&amp;', '&lt;img src=x onerror="a"&gt;&amp;amp;'],
  ["emphasis", "*a* _b_ ~c~ snake_case", "\\*a\\* \\_b\\_ \\~c\\~ snake_case"],
  ["a terminal sequence", "\u001b[2J\u202e", "\\\\x1b\\[2J\\\\u202e"],
])("A cell with %s shows its characters.", async (_, cell, shown) => {
  expect(await format("md", { columns: columnsOf("a"), rows: [[cell]] })).toBe(`| a |\n| --- |\n| ${shown} |\n`);
});
