import { describe, expect, test } from "vitest";
import { backOff_ms, RequestWindow } from "../../src/sync/request-window.ts";

describe("the window of requests", () => {
  test("lets so many in at once, and the next when one leaves", async () => {
    const window = new RequestWindow({ largest: 2, max_rps: null });
    await window.enter();
    await window.enter();
    let third = false;
    const waiting = window.enter().then(() => (third = true));
    await Promise.resolve();
    expect(third).toBe(false);
    window.leave("answered");
    await waiting;
    expect(third).toBe(true);
  });

  test("grows by one for a window of answers, to its largest", async () => {
    const window = new RequestWindow({ largest: 18, max_rps: null });
    expect(window.size).toBe(16);
    for (let i = 0; i < 16 + 17 + 18 + 18; i += 1) {
      await window.enter();
      window.leave("answered");
    }
    expect(window.size).toBe(18);
  });

  test("halves once for a burst of refusals, and never below two", async () => {
    const window = new RequestWindow({ largest: 64, max_rps: null });
    for (let i = 0; i < 5; i += 1) {
      await window.enter();
      window.leave("throttled");
    }
    expect(window.size).toBe(8);
    for (let burst = 0; burst < 4; burst += 1) {
      await new Promise((resolve) => setTimeout(resolve, 260));
      await window.enter();
      window.leave("throttled");
    }
    expect(window.size).toBe(2);
  });

  test("keeps to so many a second", async () => {
    const window = new RequestWindow({ largest: 64, max_rps: 100 });
    const started = performance.now();
    for (let i = 0; i < 11; i += 1) {
      await window.enter();
      window.leave("answered");
    }
    expect(performance.now() - started).toBeGreaterThanOrEqual(99);
  });
});

test("waiting doubles from a tenth of a second to twenty", () => {
  for (let i = 0; i < 100; i += 1) {
    expect(backOff_ms(2)).toBeGreaterThanOrEqual(50);
    expect(backOff_ms(2)).toBeLessThanOrEqual(100);
    expect(backOff_ms(30)).toBeLessThanOrEqual(20_000);
    expect(backOff_ms(30)).toBeGreaterThanOrEqual(10_000);
  }
});
