import { macro, type Macro } from "./macro.ts";

/*
 * Which doors a call opens to the whole internet. A prefix of length 0 or 1 counts, whatever the address before it: the
 * service takes `208.236.235.254/0` as it takes `0.0.0.0/0`.
 */

// EC2 writes the same rule with other capitals in each shape, and no value of it has any. Of a literal NULL the engine
// could not tell that what it extracts is a list.
const lowered = (column: string): string => `coalesce(lower(CAST(${column} AS VARCHAR)), '{}')`;
const REQUEST = lowered("request");
const RESPONSE = lowered("response");

/**
 * The answer lists the rules that were made; without one the request has them flat, below ipPermissions, or each in a
 * wrapper. An entry of a network ACL and a rule of RDS or Redshift are flat too.
 */
const RULES = String.raw`CASE
  WHEN TRY(json_exists(${RESPONSE}, '$.securitygroupruleset.items[0]')) THEN
    list_filter(TRY(json_extract(${RESPONSE}, '$.securitygroupruleset.items[*]')), lambda ct_rule: coalesce(json_extract_string(ct_rule, '$.isegress'), '') <> 'true')
  ELSE list_concat(
    list_concat(TRY(json_extract(${REQUEST}, '$.ippermissions.items[*]')), TRY(json_extract(${REQUEST}, '$.modifysecuritygrouprulesrequest.securitygrouprule[*].securitygrouprule'))),
    [TRY(json_extract(${REQUEST}, '$.modifysecuritygrouprulesrequest.securitygrouprule.securitygrouprule')),
     CASE WHEN coalesce(TRY(json_extract_string(${REQUEST}, '$.ruleaction')), 'allow') = 'allow' AND (TRY(json_extract_string(${REQUEST}, '$.egress')) IS NULL OR TRY(json_extract_string(${REQUEST}, '$.egress')) = 'false')
       THEN TRY(json_extract(${REQUEST}, '$')) END]) END`;

const text = (path: string): string => `json_extract_string(ct_rule, '$.${path}')`;
const CIDRS = `list_filter(list_concat(
  [${["cidrip", "cidripv4", "cidripv6", "cidrblock", "ipv6cidrblock"].map(text).join(", ")}],
  list_concat(${text("ipranges.items[*].cidrip")}, ${text("ipv6ranges.items[*].cidripv6")})),
  lambda ct_cidr: regexp_matches(ct_cidr, '/0*[01]$'))`;

const FROM = `coalesce(${text("fromport")}, ${text("portrange.from")})`;
const TO = `coalesce(${text("toport")}, ${text("portrange.to")}, ${FROM})`;
const PROTOCOL = `coalesce(${text("ipprotocol")}, ${text("aclprotocol")}, 'tcp')`;
const PROTOCOL_NAME = `CASE ${PROTOCOL} WHEN '-1' THEN 'all' WHEN '6' THEN 'tcp' WHEN '17' THEN 'udp' WHEN '1' THEN 'icmp' WHEN '58' THEN 'icmpv6' ELSE ${PROTOCOL} END`;
const IS_EVERY_PORT = `(${PROTOCOL} = '-1' OR ${FROM} IS NULL OR ${FROM} = '-1')`;

const OPEN_RULES = `list_filter(${RULES}, lambda ct_rule: ct_rule IS NOT NULL AND len(${CIDRS}) > 0)`;
const asText = (list: string): string => `TRY(nullif(array_to_string(list_sort(list_distinct(${list})), ', '), ''))`;

export const OPENING_MACROS: readonly Macro[] = [
  macro(
    "ct_open_ranges(request, response)",
    asText(
      `flatten(list_transform(${OPEN_RULES}, lambda ct_rule: list_transform(${CIDRS}, lambda ct_cidr: ct_cidr || ' ' || ${PROTOCOL_NAME} || ' ' || CASE WHEN ${IS_EVERY_PORT} THEN 'all' ELSE ${FROM} || '-' || ${TO} END)))`,
    ),
    "what a call about incoming rules (security group, network ACL, RDS, Redshift) opens to half the internet or all of it, such as `0.0.0.0/0 tcp 22-22`, `::/0 all all`; null for none",
  ),
  macro(
    "ct_world_ports(request, response)",
    asText(
      `list_transform(${OPEN_RULES}, lambda ct_rule: CASE WHEN ${IS_EVERY_PORT} THEN 'all' WHEN ${FROM} = ${TO} THEN ${FROM} ELSE ${FROM} || '-' || ${TO} END)`,
    ),
    "the ports alone that `ct_open_ranges` finds: `22`, `0-65535`, `all`; null for none",
  ),
  macro(
    "ct_includes_port(ranges, wanted)",
    `len(list_filter(string_split(ranges, ', '), lambda ct_r: ct_r = 'all' OR len(list_filter(string_split(wanted, ','),
  lambda ct_w: TRY_CAST(ct_w AS INTEGER) BETWEEN TRY_CAST(split_part(ct_r, '-', 1) AS INTEGER) AND coalesce(TRY_CAST(split_part(ct_r, '-', 2) AS INTEGER), TRY_CAST(ct_r AS INTEGER)))) > 0)) > 0`,
    "whether ports as `ct_world_ports` writes them include one of the ports in a text with commas; null for null",
  ),
];
