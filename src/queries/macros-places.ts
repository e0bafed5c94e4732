import { macro, type Macro } from "./macro.ts";

/** In which bucket something lies, and where and at what hour of the day somebody worked, as far as a record tells. */

const octet = (at: number): string => `CAST(CAST('0x' || substr(ct_key, ${at}, 2) AS INTEGER) AS VARCHAR)`;
// An unknown zone is refused by the engine, which names those that are written alike.
const LOCAL = "timezone(zone, timezone('UTC', moment))";

/** What an S3 target or ARN is without the part that all of them begin with. */
const plain = (text: string): string => `regexp_replace(${text}, '^arn:[^:]*:s3:::', '')`;

export const PLACE_MACROS: readonly Macro[] = [
  macro(
    "ct_is_in_bucket(target, bucket)",
    `(bucket IS NULL OR coalesce(${plain("target")} = ${plain("bucket")} OR starts_with(${plain("target")}, ${plain("bucket")} || '/'), false))`,
    "whether the target is the bucket, named or as ARN, or an object in it; true for no bucket",
  ),
  macro(
    "ct_wide_prefix(key)",
    // A lambda runs once for each text of the column's dictionary, see `ct_agent_family`.
    `list_transform([key], lambda ct_key: CASE WHEN NOT coalesce(regexp_matches(ct_key, '^[0-9a-f]{32}$'), false) THEN NULL
  WHEN starts_with(ct_key, '00000000000000000000ffff') THEN ${octet(25)} || '.' || ${octet(27)} || '.0.0/16'
  ELSE substr(ct_key, 1, 4) || ':' || substr(ct_key, 5, 4) || '::/32' END)[1]`,
    "the wide network of a `source_ip_key`, /16 of IPv4 or /32 of IPv6: two of them are mostly two providers or places; null for null",
  ),
  macro(
    "ct_local_minute(moment, zone)",
    `date_part('hour', ${LOCAL}) * 60 + date_part('minute', ${LOCAL})`,
    "minute of the day, 0 to 1439, in a time zone such as `Europe/Berlin`; an unknown zone is an error",
  ),
  macro(
    "ct_local_day(moment, zone)",
    `isodow(${LOCAL})`,
    "day of the week in a time zone, Monday 1 to Sunday 7; an unknown zone is an error",
  ),
];
