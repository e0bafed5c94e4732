import { macro, type Macro } from "./macro.ts";

/*
 * What a client says of itself in its user agent. Anybody can write anything there: it describes, and proves nothing.
 * S3 puts brackets round it.
 */

const BARE = "regexp_replace(agent, '^\\[(.*)\\]$', '\\1')";
const LOWER = `lower(${BARE})`;

/** First match wins: a tool that is built on an SDK names both. */
const FAMILIES: readonly (readonly [family: string, pattern: string])[] = [
  [
    "attack-tool",
    "pacu|stratus-red-team|scoutsuite|prowler|cloudfox|trufflehog|grimoire|cloudsploit|enumerate-iam|aws_consoler|weirdaal|endgame|cloudgoat|s3scanner",
  ],
  ["terraform", "terraform|opentofu|terragrunt"],
  ["pulumi", "pulumi"],
  ["cloudformation", "cloudformation"],
  ["ansible", "ansible"],
  ["cdk", "aws-cdk|cdk-assets"],
  ["s3-client", "s3 ?browser|cyberduck|winscp|rclone|s3cmd|s5cmd|mountain ?duck|transmit|filezilla"],
  ["cloudshell", "exec-env/cloudshell"],
  ["aws-cli", "^aws-cli/"],
  ["powershell", "^aws-?tools-|awspowershell|aws\\.tools"],
  ["console", "^aws-?internal|s3console|signin\\.amazonaws\\.com|console\\.amazonaws\\.com|console\\.aws"],
  ["browser", "^mozilla/|^opera/"],
  ["boto3", "^boto3/|^botocore/|^aiobotocore/|boto3"],
  ["aws-sdk", "aws-sdk|aws_sdk|app/aws|^apn/|sdk-for|awssdk"],
  [
    "http-library",
    "python-requests|python-urllib|^curl/|^wget/|go-http-client|okhttp|axios|postman|node-fetch|^java/|libwww|httpie|insomnia",
  ],
  ["aws-service", "\\.amazonaws\\.com|^aws internal$|^aws-"],
];

const CASES = FAMILIES.map(([family, pattern]) => `WHEN regexp_matches(ct_bare, '${pattern}') THEN '${family}'`).join(
  " ",
);

// Lambdas, because the engine runs a function, unlike a CASE, once for each text of a column's dictionary and not for
// each row, and because the brackets go once and not for each pattern. A million rows took 2.5 CPU seconds and take 0.1.
const FAMILY = `list_transform(list_transform(list_filter([agent], lambda ct_raw: ct_raw <> ''), lambda ct_raw: ${LOWER.replace("agent", "ct_raw")}), lambda ct_bare: CASE ${CASES} ELSE 'other' END)[1]`;
const COMMAND = `regexp_extract(${BARE}, 'md/command#([A-Za-z0-9._-]+)', 1)`;

export const CLIENT_MACROS: readonly Macro[] = [
  macro("ct_agent(agent)", `nullif(trim(${BARE}), '')`, "a user agent without the brackets that S3 puts round it"),
  macro(
    "ct_agent_family(agent)",
    FAMILY,
    `what kind of client a user agent names: ${FAMILIES.map(([family]) => family).join(", ")} or other; null without one`,
  ),
  macro(
    "ct_client(agent, from_console)",
    `CASE WHEN coalesce(from_console, false) AND ${LOWER} = 'aws internal' THEN 'console' ELSE ${FAMILY} END`,
    "the same, and console for calls that pages of the console made by way of AWS; a program that uses a credential of a console session stays what it is",
  ),
  macro(
    "ct_cli_command(agent)",
    `CASE WHEN ${COMMAND} <> '' THEN 'aws ' || replace(${COMMAND}, '.', ' ') END`,
    "the AWS CLI command that a user agent of CLI version 2 names, such as `aws sts get-caller-identity`",
  ),
  macro(
    "ct_agent_part(agent, part)",
    `nullif(regexp_extract(${BARE}, '(?:^|[ ;(])' || part || '[/#]([^ ;)]+)', 1), '')`,
    "a part of a user agent by its name: `os`, `lang`, `exec-env`, `md/distrib`, `md/prompt`; null when it is not there",
  ),
];
