/** Form of an ATT&CK technique or sub-technique id. */
export const ATTACK_ID = /^T\d{4}(?:\.\d{3})?$/;

/** Ids of earlier ATT&CK versions that v19 gave new numbers; accepted in front matter and on the command line. */
export const ATTACK_ALIASES: Readonly<Record<string, string>> = {
  T1562: "T1685",
  "T1562.001": "T1685",
  "T1562.008": "T1685.002",
  "T1562.007": "T1686.001",
};
