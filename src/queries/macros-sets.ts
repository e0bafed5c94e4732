import { macro, type Macro } from "./macro.ts";

/*
 * Sets as the text that `ct_set` and `ct_json_all` make of them, and whom their members stand for.
 */

/**
 * Accounts of AWS that bucket policies name so that load balancers can write their logs.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
const LOG_WRITERS =
  "127311923021, 033677994240, 027434742980, 797873946194, 098369216593, 985666609251, 054676820928, 156460612806, 652711504416, 635631232127, 009996457667, 897822967062, 754344448648, 582318560864, 600734575887, 383597477331, 114774131450, 783225319266, 589379963580, 718504428378, 076674570225, 507241528517, 048591011584, 190560391635, 638102146993, 037604701340";

const notAmong = (value: string, known: string): string =>
  `nullif(array_to_string(list_filter(string_split(${value}, ', '), lambda ct_word: ct_word <> '' AND NOT contains(', ' || coalesce(${known}, '') || ', ', ', ' || ct_word || ', ')), ', '), '')`;

export const SET_MACROS: readonly Macro[] = [
  macro(
    "ct_not_among(value, known)",
    notAmong("value", "known"),
    "the members of a set that another set does not have, both as texts such as `ct_set` makes; null for none",
  ),
  macro(
    "ct_strangers(value, own)",
    notAmong("value", `coalesce(own, '') || ', ${LOG_WRITERS}'`),
    "account ids of a set that are neither among `own` nor one that AWS's load balancers write their logs from; null for none",
  ),
  macro(
    "ct_principal_accounts(value)",
    `nullif(array_to_string(list_sort(list_distinct(list_filter(list_transform(string_split(value, ', '), lambda ct_word: CASE
      WHEN ct_word LIKE 'arn:%:organizations:%' THEN NULL
      WHEN ct_word LIKE 'arn:%' THEN split_part(ct_word, ':', 5)
      WHEN regexp_matches(ct_word, '^[A-Za-z0-9-]+$') AND lower(ct_word) <> 'all' AND NOT regexp_matches(ct_word, '^A[A-Z]{3}[A-Z0-9]{12,}$') THEN ct_word END),
      lambda ct_account: ct_account <> ''))), ', '), '')`,
    "accounts of a set of principals: of an ARN its account, of an account id itself; null for services, organizations, `*` and `all`",
  ),
];
