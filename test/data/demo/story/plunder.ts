import { EXPORTS_BUCKET } from "../cast/resources.ts";
import { STORY_DAY } from "../clock.ts";
import { exportKey, exportSize } from "../noise/nightly.ts";
import type { Random } from "../random.ts";
import { accessObject } from "../records/s3.ts";
import { BROWSER_ADDRESS, SCRIPT, tonight, withBackdoorKey } from "./attacker.ts";
import type { Script } from "./script.ts";

interface Export {
  readonly key: string;
  readonly size: number;
}

/** 04:31 to 06:19: customer exports listed, read and deleted, and a note left behind. */
export function plunder(script: Script, random: Random): void {
  const all = exportsInBucket();
  const bucket = EXPORTS_BUCKET;
  const reader = withBackdoorKey(SCRIPT, BROWSER_ADDRESS);
  for (const [index, prefix] of ["archive/", "daily/"].entries()) {
    const request = { "list-type": "2", prefix, "encoding-type": "url" };
    const list = {
      at: tonight("04:31:55") + index,
      name: "ListObjects",
      bucket,
      bytesOut: 5120 + index,
      request,
    } as const;
    script.attack(accessObject(reader, list, random), "s3-bulk-download");
  }
  all.forEach(({ key, size }, index) => {
    // One after the other, a pause after every sixth: a small download tool at work.
    const at = tonight("04:33:20") + index * 17 + Math.floor(index / 6) * 240;
    script.attack(
      accessObject(reader, { at, name: "GetObject", bucket, key, bytesOut: size }, random),
      "s3-bulk-download",
      "s3-ransom",
    );
  });
  const eraser = withBackdoorKey(SCRIPT);
  const deleted = all.filter(({ key }) => key.startsWith("archive/"));
  deleted.forEach(({ key }, index) => {
    const at = tonight("06:02:10") + Math.floor(index / 4);
    script.attack(
      accessObject(eraser, { at, name: "DeleteObject", bucket, key }, random),
      "s3-ransom",
      "write-actions",
    );
  });
  // A batch names its objects in the body, which is not recorded.
  const batch = {
    at: tonight("06:04:47"),
    name: "DeleteObjects",
    bucket,
    request: { delete: "" },
    bytesIn: 1188,
  } as const;
  script.attack(accessObject(eraser, batch, random), "s3-ransom", "write-actions");
  const note = { at: tonight("06:19:03"), name: "PutObject", bucket, key: "HOW-TO-RECOVER.txt", bytesIn: 731 } as const;
  script.attack(accessObject(eraser, note, random), "s3-ransom", "write-actions");
}

/** Two years of monthly archives and the week's daily files. */
function exportsInBucket(): Export[] {
  const months = Array.from({ length: 26 }, (_, index) => {
    const month = `${2024 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
    return { key: `archive/customers-${month}.parquet`, size: 96_000_000 + index * 1_310_720 };
  });
  const days = Array.from({ length: STORY_DAY }, (_, index) => ({
    key: exportKey(index + 1),
    size: exportSize(index + 1),
  }));
  return [...months, ...days];
}
