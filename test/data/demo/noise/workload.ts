import { PRODUCTION } from "../cast/accounts.ts";
import { ORDER_INTAKE_ROLE } from "../cast/principals.ts";
import { ORDER_INTAKE_FUNCTION, ORDER_INTAKE_FUNCTION_ARN, ORDERS_BUCKET, SECRET_ARNS } from "../cast/resources.ts";
import { DAYS, isoTime, isWeekend, MINUTE, on } from "../clock.ts";
import { hexText } from "../ids.ts";
import type { Random } from "../random.ts";
import { roleIdentity, type RoleSession } from "../records/identity.ts";
import { useKey } from "../records/kms.ts";
import { recordCall, type Caller, type TrailRecord } from "../records/record.ts";
import { accessObject } from "../records/s3.ts";
import { assumeRoleByService } from "../records/sts.ts";

const REGION = "eu-central-1";
const RUNTIME =
  "Boto3/1.40.12 md/Botocore#1.40.12 ua/2.1 os/linux#5.10 lang/python#3.13 exec-env/AWS_Lambda_python3.13";

/** The order intake function in production: object reads and writes around the clock, more by day. */
export function orderIntake(random: Random): TrailRecord[] {
  const records: TrailRecord[] = [];
  for (const day of DAYS) {
    let session: RoleSession | undefined;
    for (let hour = 0; hour < 24; hour += 1) {
      const start = on(day, `${hour}:${random.integer(2, 50)}`);
      if (!session || hour % 6 === 0) {
        const fresh = startFunction(start, random);
        session = fresh.session;
        records.push(...fresh.records);
      }
      records.push(...takeOrders(functionCaller(session), { start, count: orderCount(day, hour) }, random));
    }
  }
  return records;
}

function orderCount(day: number, hour: number): number {
  const busy = hour >= 7 && hour <= 20;
  return (busy ? 8 : 2) - (isWeekend(day) && busy ? 3 : 0);
}

function functionCaller(session: RoleSession): Caller {
  const identity = roleIdentity({ ...session, functionArn: ORDER_INTAKE_FUNCTION_ARN });
  return { identity, account: PRODUCTION, address: "10.40.12.9", userAgent: RUNTIME, tls: "TLSv1.3" };
}

function startFunction(at: number, random: Random): { records: TrailRecord[]; session: RoleSession } {
  const ask = { at, role: ORDER_INTAKE_ROLE, sessionName: ORDER_INTAKE_FUNCTION, region: REGION } as const;
  const { records, session } = assumeRoleByService("lambda", ask, random);
  const caller = functionCaller(session);
  const secretId = SECRET_ARNS[0] ?? "";
  const logStreamName = `${isoTime(at).slice(0, 10).replaceAll("-", "/")}/[$LATEST]${hexText(random, 32)}`;
  return {
    session,
    records: [
      ...records,
      recordCall(
        caller,
        {
          at,
          region: REGION,
          source: "logs",
          name: "CreateLogStream",
          apiVersion: "20140328",
          request: { logGroupName: `/aws/lambda/${ORDER_INTAKE_FUNCTION}`, logStreamName },
        },
        random,
      ),
      recordCall(
        caller,
        { at: at + 1, region: REGION, source: "secretsmanager", name: "GetSecretValue", request: { secretId } },
        random,
      ),
      useKey(
        viaSecretsManager(session),
        { at: at + 1, region: REGION, name: "Decrypt", key: "secrets", context: { SecretARN: secretId } },
        random,
      ),
    ],
  };
}

/** A forwarded call of a role session keeps the session's key and birth time. */
function viaSecretsManager(session: RoleSession): Caller {
  const service = "secretsmanager.amazonaws.com";
  const identity = roleIdentity({ ...session, invokedBy: service, functionArn: ORDER_INTAKE_FUNCTION_ARN });
  return { identity, account: PRODUCTION, address: service, userAgent: service };
}

function takeOrders(caller: Caller, load: { start: number; count: number }, random: Random): TrailRecord[] {
  const records: TrailRecord[] = [];
  for (let order = 0; order < load.count; order += 1) {
    const at = load.start + random.integer(0, 3 * MINUTE);
    const id = `${isoTime(at).slice(0, 10)}/${hexText(random, 8)}.json`;
    const size = random.integer(900, 9000);
    const bucket = ORDERS_BUCKET;
    records.push(
      ...accessObject(caller, { at, name: "GetObject", bucket, key: `incoming/${id}`, bytesOut: size }, random),
    );
    records.push(
      ...accessObject(caller, { at, name: "PutObject", bucket, key: `accepted/${id}`, bytesIn: size + 210 }, random),
    );
  }
  if (random.chance(12)) records.push(...missingOrder(caller, load.start, random));
  return records;
}

/** A queue message that came twice: the object is already gone. */
function missingOrder(caller: Caller, at: number, random: Random): TrailRecord[] {
  const error = { code: "NoSuchKey", message: "The specified key does not exist." };
  const key = `incoming/${isoTime(at).slice(0, 10)}/${hexText(random, 8)}.json`;
  return accessObject(caller, { at, name: "GetObject", bucket: ORDERS_BUCKET, key, error, bytesOut: 277 }, random);
}
