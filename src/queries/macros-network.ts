import { macro, type Macro } from "./macro.ts";

/** Addresses by their key, the 32 hex digits of `source_ip_key`, in which IPv4 stands as ::ffff:0:0/96. */

const octet = (at: number): string => `CAST(CAST('0x' || substr(ct_key, ${at}, 2) AS INTEGER) AS VARCHAR)`;
const group = (at: number): string => `coalesce(nullif(ltrim(substr(ct_key, ${at}, 4), '0'), ''), '0')`;
const IS_KEY = "regexp_matches(key, '^[0-9a-f]{32}$')";

// Each part as two or four hex digits; `::` stands for as many groups of zeros as are missing.
const V4 = String.raw`'00000000000000000000ffff' || array_to_string(list_transform(string_split(split_part(trim(cidr), '/', 1), '.'), lambda ct_o: printf('%02x', CAST(ct_o AS UTINYINT))), '')`;
const side = (part: number): string =>
  `list_transform(list_filter(string_split(split_part(split_part(lower(trim(cidr)), '/', 1), '::', ${part}), ':'), lambda ct_g: ct_g <> ''), lambda ct_g: lpad(ct_g, 4, '0'))`;
const V6 = `array_to_string(${side(1)}, '') || repeat('0000', 8 - len(${side(1)}) - len(${side(2)})) || array_to_string(${side(2)}, '')`;
const BASE = String.raw`TRY(CASE WHEN regexp_matches(trim(cidr), '^[0-9]{1,3}([.][0-9]{1,3}){3}(/[0-9]{1,2})?$') THEN ${V4}
  WHEN regexp_matches(trim(cidr), '^[0-9a-fA-F:]*:[0-9a-fA-F:]*(/[0-9]{1,3})?$') THEN ${V6} END)`;
const LENGTH = `coalesce(TRY_CAST(nullif(split_part(trim(cidr), '/', 2), '') AS INTEGER), CASE WHEN contains(cidr, ':') THEN 128 ELSE 32 END) + CASE WHEN contains(cidr, ':') THEN 0 ELSE 96 END`;
const NIBBLE = (text: string): string => `CAST('0x' || substr(${text}, (${LENGTH}) // 4 + 1, 1) AS INTEGER)`;

export const NETWORK_MACROS: readonly Macro[] = [
  macro(
    "ct_ip_prefix(key)",
    // A lambda runs once for each text of the column's dictionary, see `ct_agent_family`.
    `list_transform([key], lambda ct_key: CASE WHEN NOT coalesce(${IS_KEY.replace("key", "ct_key")}, false) THEN NULL
  WHEN starts_with(ct_key, '00000000000000000000ffff') THEN ${octet(25)} || '.' || ${octet(27)} || '.' || ${octet(29)} || '.0/24'
  ELSE ${group(1)} || ':' || ${group(5)} || ':' || ${group(9)} || '::/48' END)[1]`,
    "the network of a `source_ip_key`, /24 of IPv4 or /48 of IPv6, for counting the places that one came from; null for null",
  ),
  macro(
    "ct_in_cidr(key, cidr)",
    `coalesce(TRY(${IS_KEY} AND length(${BASE}) = 32 AND (${LENGTH}) BETWEEN CASE WHEN contains(cidr, ':') THEN 0 ELSE 96 END AND 128
  AND substr(key, 1, (${LENGTH}) // 4) = substr(${BASE}, 1, (${LENGTH}) // 4)
  AND CASE WHEN (${LENGTH}) % 4 = 0 THEN true
    ELSE ${NIBBLE("key")} // (1 << (4 - (${LENGTH}) % 4)) = ${NIBBLE(BASE)} // (1 << (4 - (${LENGTH}) % 4)) END), false)`,
    "whether a `source_ip_key` lies in an address range such as `192.0.2.0/24` or `2001:db8::/32`, or is the one address; false for what is no range",
  ),
];
