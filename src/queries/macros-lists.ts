import { macro, type Macro } from "./macro.ts";

/** Lists inside JSON, as one text each: elements at a path with `[*]`, and at the same path when there is one without a list. */

const PATH = String.raw`'$' || CASE WHEN path LIKE '[%' THEN '' ELSE '.' END || regexp_replace(path, '(^|\.)([^.\[]+)', '\1"\2"', 'g')`;
// A path with `[*]` gives a list and one without gives a value: as JSON both have one type.
const ONE = `json_extract(CAST(doc AS VARCHAR), replace(${PATH}, '[*]', ''))`;
const FOUND = `list_filter(list_concat(
  TRY(from_json(to_json(json_extract(CAST(doc AS VARCHAR), ${PATH})), '["VARCHAR"]')),
  [CASE WHEN TRY(json_type(to_json(${ONE}))) <> 'ARRAY' THEN TRY(json_extract_string(to_json(${ONE}), '$')) END]),
  lambda ct_item: ct_item IS NOT NULL)`;

export const LIST_MACROS: readonly Macro[] = [
  macro(
    "ct_json_all(doc, path)",
    `nullif(array_to_string(list_sort(list_distinct(${FOUND})), ', '), '')`,
    "distinct texts of all elements at a literal path with a list in it, such as `items[*].userId`, sorted, as one text; of an object where a list may stand too; null for none",
  ),
  macro(
    "ct_json_n(doc, path)",
    `coalesce(len(list_distinct(${FOUND})), 0)`,
    "how many distinct texts `ct_json_all` finds",
  ),
  macro(
    "ct_words(value)",
    "coalesce(len(list_filter(string_split(value, ', '), lambda ct_word: ct_word <> '')), 0)",
    "how many values a text made by `ct_set` or `ct_json_all` holds",
  ),
  macro(
    "ct_unknown_accounts(value, own)",
    // `own` may be a subquery, which no lambda may hold: it is an element of a list instead.
    `nullif(list_extract(list_transform([', ' || coalesce(own, '') || ', '], lambda ct_own: array_to_string(list_sort(list_distinct(
      list_filter(regexp_extract_all(value, '[0-9]{12}'), lambda ct_account: NOT contains(ct_own, ', ' || ct_account || ', ')))), ', ')), 1), '')`,
    "account ids in a text that are not among `own`, a text as `ct_set` makes it; null for none",
  ),
];
