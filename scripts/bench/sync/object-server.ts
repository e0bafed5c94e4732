/** An S3 server in a process of its own, with so many small objects: `object-server.ts OBJECTS LATENCY_MS`. Prints its URL. */
import { randomBytes } from "node:crypto";
import { S3Fixture } from "../../../test/sync/s3-fixture/server.ts";

const SIZE_BYTES = 5000;
const [objects = "0", latency = "0"] = process.argv.slice(2);

const server = await S3Fixture.start();
server.isStrict = false;
server.latency_ms = Number(latency);
const bucket = server.bucket("bench");
const bytes = randomBytes(SIZE_BYTES);
for (let n = 0; n < Number(objects); n += 1) {
  const day = String((n % 28) + 1).padStart(2, "0");
  const name = `111122223333_CloudTrail_us-east-1_202403${day}T1000Z_${String(n).padStart(16, "0")}.json.gz`;
  bucket.put(`AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/${day}/${name}`, bytes);
}
console.log(server.url);
