import { PLAIN_EVENTS, type PlainEvent } from "./events.ts";
import { lossy, type Format } from "./format.ts";

/*
 * Formats that hold less than the events: what comes out has fewer fields, and none of them contradicts the trail.
 */

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
const text = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
const quoted = (cell: string): string => (/[",;\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const at = (event: PlainEvent, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], event);

const CONSOLE: readonly (readonly [string, (event: PlainEvent) => string])[] = [
  [
    "User name",
    (event) =>
      text(at(event, "userIdentity.userName") ?? (at(event, "userIdentity.type") === "AssumedRole" ? "build-7" : "")),
  ],
  ["AWS access key", (event) => text(at(event, "userIdentity.accessKeyId"))],
  ["Event time", (event) => event.eventTime],
  ["Event source", (event) => event.eventSource],
  ["Event name", (event) => event.eventName],
  ["AWS region", (event) => event.awsRegion],
  ["Source IP address", (event) => text(event["sourceIPAddress"])],
  ["User agent", (event) => text(event["userAgent"])],
  ["Error code", (event) => text(event["errorCode"])],
  ["Resources", () => '[{"resourceType":"AWS::S3::Bucket","resourceName":"releases"}]'],
  ["Request ID", (event) => text(event["requestID"])],
  ["Event ID", (event) => event.eventID],
  ["Read-only", (event) => text(event["readOnly"])],
  ["Event type", (event) => text(event["eventType"])],
  ["Recipient Account Id", (event) => text(event["recipientAccountId"])],
  ["Event category", (event) => text(event["eventCategory"])],
];

interface Style {
  readonly columns?: readonly (readonly [string, (event: PlainEvent) => string])[];
  readonly delimiter?: string;
  readonly newline?: string;
  readonly mark?: string;
  readonly name?: (name: string) => string;
}

function table({ columns = CONSOLE, delimiter = ",", newline = "\n", mark = "", name = (n) => n }: Style): string {
  const rows = [
    columns.map(([column]) => name(column)),
    ...PLAIN_EVENTS.map((event) => columns.map(([, cell]) => cell(event))),
  ];
  return mark + rows.map((cells) => cells.map(quoted).join(delimiter) + newline).join("");
}

/** What a spreadsheet makes of some columns. */
const EXCEL = CONSOLE.map(([name, cell]): readonly [string, (event: PlainEvent) => string] => {
  if (name === "Recipient Account Id") return [name, () => "1.11122E+11"];
  if (name !== "Event time") return [name, cell];
  return [name, (event) => event.eventTime.replace(/^(\d+)-0?(\d+)-0?(\d+)T0?(\d+):(\d+).*$/, "$3.$2.$1 $4:$5")];
});

const struct = (value: unknown): string => {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(struct).join(", ")}]`;
  if (typeof value !== "object") return String(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key.toLowerCase()}=${struct(inner)}`)
    .join(", ")}}`;
};

const TABLE_COLUMNS = [
  "eventversion",
  "useridentity",
  "eventtime",
  "eventsource",
  "eventname",
  "awsregion",
  "sourceipaddress",
  "useragent",
  "errorcode",
  "errormessage",
  "requestparameters",
  "responseelements",
  "additionaleventdata",
  "requestid",
  "eventid",
  "resources",
  "eventtype",
  "readonly",
  "recipientaccountid",
  "sharedeventid",
  "eventcategory",
];
const FIELD_OF = new Map(
  Object.keys(Object.assign({}, ...PLAIN_EVENTS) as object).map((key) => [key.toLowerCase(), key]),
);
const field = (event: PlainEvent, column: string): unknown => event[FIELD_OF.get(column) ?? column];

/** Athena: every cell quoted, structures as `{a=b}`, the request as JSON text. */
const athena = [
  TABLE_COLUMNS.map((name) => `"${name}"`).join(","),
  ...PLAIN_EVENTS.map((event) =>
    TABLE_COLUMNS.map((name) => {
      const value = field(event, name);
      const isStruct = name === "useridentity" || name === "resources";
      return `"${(isStruct ? (value === undefined ? "" : struct(value)) : text(value)).replaceAll('"', '""')}"`;
    }).join(","),
  ),
];

/** CloudTrail Lake: times without an offset, all values as text, maps as `{a=b}`. */
const lakeRows = PLAIN_EVENTS.map((event) =>
  TABLE_COLUMNS.map((name) => {
    const value = field(event, name);
    const cell =
      name === "eventtime"
        ? event.eventTime.replace("T", " ").replace("Z", ".000")
        : typeof value === "object"
          ? struct(value)
          : text(value);
    return { [name]: cell };
  }),
);

const flatten = (value: unknown, prefix: string): [string, unknown][] =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, inner]) => flatten(inner, prefix === "" ? key : `${prefix}.${key}`))
    : [[prefix, value]];

const SENTINEL: Style["columns"] = [
  ["TimeGenerated", (event) => event.eventTime],
  ["AwsEventId", (event) => event.eventID],
  ["AwsRequestId_", (event) => text(event["requestID"])],
  ["EventName", (event) => event.eventName],
  ["EventSource", (event) => event.eventSource],
  ["EventTypeName", (event) => text(event["eventType"])],
  ["AWSRegion", (event) => event.awsRegion],
  ["SourceIpAddress", (event) => text(event["sourceIPAddress"])],
  ["UserAgent", (event) => text(event["userAgent"])],
  ["ErrorCode", (event) => text(event["errorCode"])],
  ["ErrorMessage", (event) => text(event["errorMessage"])],
  ["UserIdentityType", (event) => text(at(event, "userIdentity.type"))],
  ["UserIdentityArn", (event) => text(at(event, "userIdentity.arn"))],
  ["UserIdentityAccountId", (event) => text(at(event, "userIdentity.accountId"))],
  ["RequestParameters", (event) => text(event["requestParameters"])],
  ["RecipientAccountId", (event) => text(event["recipientAccountId"])],
  ["SourceSystem", () => "AWS"],
];

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What Elastic's pipeline makes of an event. */
function ecs(event: PlainEvent): Record<string, unknown> {
  const identity = Object.fromEntries(
    Object.entries(event.userIdentity)
      .filter(([key, value]) => key !== "sessionContext" && value !== "")
      .map(([key, value]) => [snake(key), value]),
  );
  const ip = text(event["sourceIPAddress"]);
  return {
    "@timestamp": event.eventTime.replace("Z", ".000Z"),
    event: {
      id: event.eventID,
      action: event.eventName,
      provider: event.eventSource,
      dataset: "aws.cloudtrail",
      outcome: event["errorMessage"] === undefined ? "success" : "failure",
    },
    cloud: { region: event.awsRegion, account: { id: event.userIdentity["accountId"] } },
    source: { address: ip, ...(/^[\d.:a-f]+$/.test(ip) ? { ip } : {}) },
    user: {
      name: event.userIdentity["userName"] ?? (at(event, "userIdentity.type") === "AssumedRole" ? "deploy" : undefined),
      id: event.userIdentity["principalId"],
    },
    user_agent: { original: event["userAgent"] },
    aws: {
      cloudtrail: {
        event_version: event["eventVersion"],
        event_type: event["eventType"],
        event_category: event["eventCategory"],
        error_code: event["errorCode"],
        error_message: event["errorMessage"],
        read_only: event["readOnly"],
        request_id: event["requestID"],
        recipient_account_id: event["recipientAccountId"],
        user_identity: identity,
        request_parameters: event["requestParameters"] === null ? undefined : struct(event["requestParameters"]),
        flattened: { request_parameters: event["requestParameters"] ?? undefined },
      },
    },
  };
}

/** What Security Lake makes of an event, in the form of schema 1.1. */
function ocsf(event: PlainEvent): Record<string, unknown> {
  const ip = text(event["sourceIPAddress"]);
  return {
    metadata: {
      uid: event.eventID,
      version: "1.1.0",
      product: { name: "CloudTrail", vendor_name: "AWS", version: event["eventVersion"] },
    },
    time: Date.parse(event.eventTime),
    class_uid: event.eventName === "ConsoleLogin" ? 3002 : 6003,
    class_name: "API Activity",
    cloud: { region: event.awsRegion, provider: "AWS" },
    api: {
      operation: event.eventName,
      service: { name: event.eventSource },
      request: {
        uid: event["requestID"],
        data: event["requestParameters"] === null ? undefined : JSON.stringify(event["requestParameters"]),
      },
      response: { error: event["errorCode"], message: event["errorMessage"] },
    },
    actor: {
      user: {
        type: event.userIdentity["type"],
        uid: event.userIdentity["arn"],
        uid_alt: event.userIdentity["principalId"],
        credential_uid: event.userIdentity["accessKeyId"],
        account: { uid: event.userIdentity["accountId"] },
      },
      session: { issuer: at(event, "userIdentity.sessionContext.sessionIssuer.arn") },
      invoked_by: event.userIdentity["invokedBy"],
    },
    src_endpoint: /^[\d.:a-f]+$/.test(ip) ? { ip } : { domain: ip },
    http_request: { user_agent: event["userAgent"] },
    status: event["errorMessage"] === undefined ? "Success" : "Failure",
    unmapped: {
      eventType: event["eventType"],
      readOnly: String(event["readOnly"]),
      recipientAccountId: event["recipientAccountId"],
      eventCategory: event["eventCategory"],
    },
  };
}

export const LOSSY_FORMATS: readonly Format[] = [
  lossy("console-csv", "event_history.csv", table({})),
  lossy(
    "console-csv-saved",
    "history-saved.csv",
    table({
      columns: CONSOLE.toReversed().filter(([name]) => name !== "Resources"),
      delimiter: ";",
      newline: "\r\n",
      mark: "\ufeff",
      name: (n) => n.toUpperCase(),
    }),
  ),
  lossy("console-csv-excel", "history-excel.csv", table({ columns: EXCEL, delimiter: ";", newline: "\r\n" })),
  lossy(
    "lookup-events-cut",
    "lookup-cut.json",
    `{"Events":[${PLAIN_EVENTS.map((event) => JSON.stringify({ EventId: event.eventID, EventName: event.eventName, ReadOnly: text(event["readOnly"]), EventTime: Date.parse(event.eventTime) / 1000, EventSource: event.eventSource, CloudTrailEvent: JSON.stringify(event).slice(0, 200) })).join(",")}]}`,
  ),
  lossy("athena-csv", "athena.csv", lines(athena)),
  lossy("lake-columns", "lake-columns.json", JSON.stringify({ QueryStatus: "FINISHED", QueryResultRows: lakeRows })),
  lossy(
    "splunk-fields",
    "splunk-fields.json",
    lines(
      PLAIN_EVENTS.map((event) =>
        JSON.stringify({
          preview: false,
          offset: 0,
          result: Object.fromEntries(flatten(event, "").map(([key, value]) => [key, text(value)])),
        }),
      ),
    ),
  ),
  lossy(
    "sentinel-columns",
    "sentinel-columns.csv",
    table({ ...(SENTINEL === undefined ? {} : { columns: SENTINEL }) }),
  ),
  lossy(
    "ecs",
    "ecs.ndjson",
    lines(PLAIN_EVENTS.map((event) => JSON.stringify({ _index: "logs", _source: ecs(event) }))),
  ),
  lossy(
    "ecs-dotted",
    "ecs-dotted.json",
    JSON.stringify(
      PLAIN_EVENTS.map((event) =>
        Object.fromEntries(flatten(ecs(event), "").filter(([, value]) => value !== undefined)),
      ),
    ),
  ),
  lossy("ocsf", "ocsf.json", lines(PLAIN_EVENTS.map((event) => JSON.stringify(ocsf(event))))),
  lossy(
    "logstash",
    "logstash.json",
    lines(
      PLAIN_EVENTS.map(({ eventTime, ...rest }) =>
        JSON.stringify({ ...rest, "@timestamp": eventTime.replace("Z", ".000Z"), "@version": "1" }).replace(
          "1688560107.857",
          "1.688560107857E9",
        ),
      ),
    ),
  ),
];
