import { describe, expect, test } from "vitest";
import { KnownObjects } from "../../src/sync/known-objects.ts";

const object = (n: number, etag = "e"): { bucket: string; key: string; etag: string; size_bytes: number } => ({
  bucket: "b",
  key: `key-${n}`,
  etag,
  size_bytes: n,
});

describe("what is known of an object", () => {
  test("new, unchanged, changed by ETag or size alone, and another bucket's is new", () => {
    const known = new KnownObjects();
    known.add(object(1));
    expect(known.compare(object(2))).toBe("new");
    expect(known.compare(object(1))).toBe("unchanged");
    expect(known.compare(object(1, "other"))).toBe("changed");
    expect(known.compare({ ...object(1), size_bytes: 7 })).toBe("changed");
    expect(known.compare({ ...object(1), bucket: "c" })).toBe("new");
  });

  test("an earlier version that comes back is known still", () => {
    const known = new KnownObjects();
    known.add(object(1, "a"));
    known.add(object(1, "b"));
    expect([known.compare(object(1, "a")), known.compare(object(1, "b"))]).toEqual(["unchanged", "unchanged"]);
  });

  test("only listed keys were seen", () => {
    const known = new KnownObjects();
    known.add(object(1));
    known.add(object(2));
    known.compare(object(2));
    expect([known.wasSeen("b", "key-1"), known.wasSeen("b", "key-2")]).toEqual([false, true]);
  });

  test("a finding counts once", () => {
    const known = new KnownObjects();
    const at = { bucket: "b", key: "k", version_id: null };
    expect([known.addFinding("x", at), known.addFinding("x", at), known.addFinding("y", at)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("a hundred thousand objects stay apart", () => {
    const known = new KnownObjects();
    for (let n = 0; n < 100_000; n += 1) known.add(object(n));
    expect(known.size).toBe(100_000);
    for (let n = 0; n < 200_000; n += 777) expect(known.compare(object(n))).toBe(n < 100_000 ? "unchanged" : "new");
  });
});
