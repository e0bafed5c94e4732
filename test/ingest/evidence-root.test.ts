import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { deepest, isInside, pathBelow, resolveOffers, type EvidenceRoot } from "../../src/ingest/evidence-root.ts";
import { evidenceFolder, writeEvidence } from "./evidence-fixture.ts";

let top: string;
const at = (path: string): string => join(top, path);

beforeAll(() => {
  top = evidenceFolder();
  for (const path of ["logs/a.json", "logs/2023/b.json", "other/logs/c.json", "mnt/usb/logs/a.json", "x=y/d.json"]) {
    writeEvidence(top, path, "x");
  }
  mkdirSync(at("empty"));
  symlinkSync(at("logs"), at("link"));
});
afterAll(() => rmSync(top, { recursive: true }));

/** Offers as `start → label`, and roots as `label@place`, all below the top folder. */
function resolved(
  paths: string[],
  known: EvidenceRoot[] = [],
  labelled: string[] = [],
): { offers: string[]; roots: string[] } {
  const { offers, roots } = resolveOffers(paths.map(at), known, labelled);
  const short = (path: string): string => path.replace(`${top}/`, "");
  return {
    offers: offers.map(({ start, root }) => `${short(start)} → ${root.root}`),
    roots: roots.map(({ root, mounted_at }) => `${root}@${short(mounted_at)}`),
  };
}

describe("a path that is offered", () => {
  test("is its own root, under its own name", () => {
    expect(resolved(["logs"])).toEqual({ offers: ["logs → logs"], roots: ["logs@logs"] });
    expect(resolved(["empty"])).toEqual({ offers: ["empty → empty"], roots: ["empty@empty"] });
  });

  test("of a single file has its folder for a root", () => {
    expect(resolved(["logs/2023/b.json"])).toEqual({ offers: ["logs/2023/b.json → 2023"], roots: ["2023@logs/2023"] });
  });

  test("gets a longer label when another folder has its name", () => {
    expect(resolved(["logs", "other/logs"])).toEqual({
      offers: ["logs → logs", "other/logs → other/logs"],
      roots: ["logs@logs", "other/logs@other/logs"],
    });
  });

  test("is known by its real path", () => {
    expect(resolved(["link"]).offers).toEqual(["logs → logs"]);
    expect(resolved(["logs/../link/2023"]).offers).toEqual(["logs/2023 → 2023"]);
  });

  test("inside a known root belongs to it", () => {
    const known = [{ root: "lab", mounted_at: at("logs") }];
    expect(resolved(["logs/2023", "other"], known).offers).toEqual(["logs/2023 → lab", "other → other"]);
    expect(resolved(["logs/a.json"], known)).toEqual({ offers: ["logs/a.json → lab"], roots: ["lab@logs"] });
  });

  test("inside nested roots belongs to the deepest", () => {
    const known = [
      { root: "year", mounted_at: at("logs/2023") },
      { root: "lab", mounted_at: at("logs") },
    ];
    expect(resolved(["logs/2023/b.json", "logs"], known).offers).toEqual(["logs → lab"]);
    expect(resolved(["logs/2023/b.json"], known).offers).toEqual(["logs/2023/b.json → year"]);
    expect(deepest(known, at("logs/2023/b.json"))?.root).toBe("year");
    expect(deepest(known, at("logs/a.json"))?.root).toBe("lab");
    expect(deepest(known, at("other"))).toBeUndefined();
  });

  test("twice, or inside another one, is offered once", () => {
    const once = { offers: ["logs → logs"], roots: ["logs@logs"] };
    for (const paths of [
      ["logs", "logs"],
      ["logs", "logs/2023"],
      ["logs/2023", "logs"],
      ["logs/a.json", "link", "logs/2023/b.json"],
    ]) {
      expect([paths, resolved(paths)]).toEqual([paths, once]);
    }
  });

  test("that is not there is refused, with its path", () => {
    expect(() => resolved(["nowhere"])).toThrow(UsageError);
    expect(() => resolved(["logs", "nowhere"])).toThrow(`No such evidence: ${at("nowhere")}`);
  });
});

describe("--root LABEL=PATH", () => {
  test("labels a new root", () => {
    expect(resolved(["logs"], [], [`laptop=${at("logs")}`])).toEqual({
      offers: ["logs → laptop"],
      roots: ["laptop@logs"],
    });
  });

  test("says where a known root is mounted now", () => {
    const known = [{ root: "logs", mounted_at: "/mnt/gone/logs" }];
    expect(resolved(["mnt/usb/logs"], known, [`logs=${at("mnt/usb/logs")}`])).toEqual({
      offers: ["mnt/usb/logs → logs"],
      roots: ["logs@mnt/usb/logs"],
    });
  });

  test("is needed for that: a folder of the same name elsewhere is another root", () => {
    const known = [{ root: "logs", mounted_at: "/mnt/gone/logs" }];
    expect(resolved(["mnt/usb/logs"], known).offers).toEqual(["mnt/usb/logs → usb/logs"]);
  });

  test("may name a file: its folder is the root", () => {
    expect(resolved([], [], [`x=${at("logs/a.json")}`]).roots).toEqual(["x@logs"]);
  });

  test("ends the label at the first equals sign", () => {
    expect(resolved([], [], [`a b=${at("x=y")}`]).roots).toEqual(["a b@x=y"]);
  });

  test.each(["", "laptop", "=", "=/tmp", "laptop="])("%j is refused", (text) => {
    expect(() => resolveOffers([], [], [text])).toThrow(/^Not a root: --root /);
  });

  test("of a path that is not there is refused", () => {
    expect(() => resolveOffers([], [], [`x=${at("nowhere")}`])).toThrow(/^No such evidence/);
  });
});

test.each([
  ["/a/b", "/a/b", true],
  ["/a/b/c", "/a/b", true],
  ["/a/b/..c", "/a/b", true],
  ["/a/bc", "/a/b", false],
  ["/a", "/a/b", false],
  ["/", "/a", false],
  ["/a", "/", true],
])("%s is inside %s: %s", (path, folder, expected) => {
  expect(isInside(path, folder)).toBe(expected);
});

test("the path of a file is relative to its root", () => {
  const root = { root: "lab", mounted_at: "/mnt/usb" };
  expect(pathBelow(root, "/mnt/usb/a/b c.json")).toBe("a/b c.json");
  expect(pathBelow(root, "/mnt/usb/..a")).toBe("..a");
});
