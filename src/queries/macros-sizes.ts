import { macro, type Macro } from "./macro.ts";

/*
 * How large a machine is by the name of its type, which is all that a record says: `p4d.24xlarge`, `ml.g5.xlarge`.
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */

// Families differ by a factor of two; the estimate is for telling a laptop from a rack.
const SIZE = "lower(kind)";
const VCPUS = String.raw`CASE
  WHEN regexp_matches(${SIZE}, '\.(nano|micro|small|medium)$') THEN 1
  WHEN regexp_matches(${SIZE}, '\.large$') THEN 2
  WHEN regexp_matches(${SIZE}, '\.xlarge$') THEN 4
  WHEN regexp_matches(${SIZE}, '\.(metal-)?[0-9]+xl(arge)?$') THEN 4 * TRY_CAST(regexp_extract(${SIZE}, '([0-9]+)xl(?:arge)?$', 1) AS BIGINT)
  WHEN regexp_matches(${SIZE}, '\.metal$') THEN 96 END`;

export const SIZE_MACROS: readonly Macro[] = [
  macro(
    "ct_instance_vcpus(kind)",
    VCPUS,
    "about how many virtual processors an instance type has, by the size in its name: 4 for each xlarge; null for what is no type",
  ),
  macro(
    "ct_instance_family(kind)",
    String.raw`nullif(regexp_extract(lower(kind), '^(?:ml\.|db\.|cache\.)?([a-z0-9-]+)\.', 1), '')`,
    "the family of an instance type: `p4d` of `p4d.24xlarge` and of `ml.p4d.24xlarge`",
  ),
];
