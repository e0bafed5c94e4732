import { gzipSync } from "node:zlib";
import { EVENTS, PLAIN_EVENTS } from "./events.ts";
import { whole, type Format } from "./format.ts";

/*
 * Formats that hold the JSON of the events: what comes out is the trail's, token by token.
 */

const string = (text: string): string => JSON.stringify(text);
const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

const lookupEntries = EVENTS.map((text, i) => {
  const event = PLAIN_EVENTS[i]!;
  const fields = {
    EventId: event.eventID,
    EventName: event.eventName,
    ReadOnly: String(event["readOnly"]),
    EventTime: event.eventTime.replace("Z", "+00:00"),
    EventSource: event.eventSource,
    Username: event.userIdentity["userName"] ?? "build-7",
    Resources: [],
  };
  return `${JSON.stringify(fields).slice(0, -1)},"CloudTrailEvent":${string(text)}}`;
});

const logEvents = EVENTS.map((text, i) => `{"id":"3${i}","timestamp":1709630047${i}00,"message":${string(text)}}`);
const subscription = (events: readonly string[]): string =>
  `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"trail","logStream":"111122223333_CloudTrail_eu-west-1","subscriptionFilters":["all"],"logEvents":[${events.join(",")}]}`;
const CONTROL = `{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1709630047000,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}`;

const bridge = EVENTS.map(
  (text, i) =>
    `{"version":"0","id":"b${i}","detail-type":"AWS API Call via CloudTrail","source":"aws.${i}","account":"111122223333","time":"2024-03-05T09:14:08Z","region":"eu-west-1","resources":[],"detail":${text}}`,
);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

export const WHOLE_FORMATS: readonly Format[] = [
  whole(
    "trail",
    "111122223333_CloudTrail_eu-west-1_20240305T0920Z_AbCdEfGh12345678.json",
    "trail",
    `{"Records":[${EVENTS.join(",")}]}`,
  ),
  whole(
    "console-json",
    "event_history.json",
    "trail",
    `{\n  "Records": [\n    ${EVENTS.toReversed().join(",\n    ")}\n  ]\n}\n`,
  ),
  whole("json-lines", "events.ndjson", "bare", lines(EVENTS)),
  whole("array", "events.json", "bare", `[\n${EVENTS.join(",\n")}\n]`),
  whole("concatenated", "all.json", "bare", EVENTS.join("")),
  whole("encoded-twice", "strings.json", "bare", `[${EVENTS.map(string).join(",")}]`),
  whole("lookup-events", "lookup.json", "lookup-events", `{\n  "Events": [${lookupEntries.join(",\n")}]\n}\n`),
  whole(
    "lookup-events-pages",
    "lookup-pages.json",
    "lookup-events",
    lookupEntries.map((entry, i) => `{"Events":[${entry}],"NextToken":"page${i}"}`).join("\n"),
  ),
  whole("lookup-events-lines", "lookup.jsonl", "lookup-events", lines(lookupEntries)),
  whole("lookup-events-query", "query.json", "bare", `[\n  ${EVENTS.map(string).join(",\n  ")}\n]\n`),
  whole("lookup-events-query-text", "query.txt", "bare", `${EVENTS.join("\t")}\n`),
  whole("cloudwatch-export", "000000", "stream", lines(EVENTS.map((text, i) => `2024-03-05T09:14:0${i}.123Z ${text}`))),
  whole("cloudwatch-export-epoch", "000001", "stream", lines(EVENTS.map((text, i) => `170963004712${i} ${text}`))),
  whole("cloudwatch-subscription", "subscription.json", "stream", subscription(logEvents)),
  whole(
    "cloudwatch-firehose",
    "firehose",
    "stream",
    CONTROL + logEvents.map((event) => subscription([event])).join(""),
  ),
  whole(
    "cloudwatch-kinesis",
    "kinesis.json",
    "stream",
    `{"Records":[${logEvents
      .map((event) => gzipSync(subscription([event])).toString("base64"))
      .map(
        (data) =>
          `{"eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:eu-west-1:111122223333:stream/s","kinesis":{"partitionKey":"p","data":"${data}"}}`,
      )
      .join(",")}]}`,
  ),
  whole(
    "cloudwatch-lambda",
    "lambda.json",
    "stream",
    `{"awslogs":{"data":"${gzipSync(subscription(logEvents)).toString("base64")}"}}`,
  ),
  whole("filter-log-events", "filter.json", "stream", `{"events":[${logEvents.join(",")}],"searchedLogStreams":[]}`),
  whole(
    "logs-insights",
    "insights.json",
    "stream",
    `{"results":[${EVENTS.map((text) => `[{"field":"@timestamp","value":"2024-03-05 09:14:07.000"},{"field":"@message","value":${string(text)}},{"field":"@ptr","value":"x"}]`).join(",")}],"statistics":{},"status":"Complete"}`,
  ),
  whole("eventbridge", "bridge.json", "stream", lines(bridge)),
  whole(
    "eventbridge-sns-sqs",
    "queue.json",
    "bare",
    `{"Messages":[${bridge
      .map((event) =>
        JSON.stringify({ Type: "Notification", TopicArn: "arn:aws:sns:eu-west-1:111122223333:t", Message: event }),
      )
      .map((body) => `{"MessageId":"m","Body":${string(body)}}`)
      .join(",")}]}`,
  ),
  whole(
    "lake-json",
    "lake.json",
    "lake",
    `{"QueryStatus":"FINISHED","QueryStatistics":{"ResultsCount":4},"QueryResultRows":[${EVENTS.map((text, i) => `[{"eventID":"${PLAIN_EVENTS[i]!.eventID}"},{"eventJson":${string(text)}}]`).join(",")}]}`,
  ),
  whole(
    "lake-csv",
    "result_1.csv",
    "lake",
    `eventid,eventjson\n${EVENTS.map((text, i) => `${PLAIN_EVENTS[i]!.eventID},${quoted(text)}\n`).join("")}`,
  ),
  whole(
    "sentinel-csv",
    "sentinel.csv",
    "siem",
    `TimeGenerated [UTC],Type,RawEvent\r\n${EVENTS.map((text) => `"3/5/2024, 9:14:07.000 AM",AWSCloudTrail,${quoted(text)}\r\n`).join("")}`,
  ),
  whole(
    "splunk",
    "splunk.json",
    "siem",
    lines(
      EVENTS.map((text, i) => `{"preview":false,"offset":${i},"result":{"_raw":${string(text)},"_time":"2024-03-05"}}`),
    ),
  ),
  whole(
    "splunk-results",
    "splunk-results.json",
    "siem",
    `{"preview":false,"results":[${EVENTS.map((text) => `{"_raw":${string(text)}}`).join(",")}]}`,
  ),
  whole(
    "splunk-csv",
    "splunk.csv",
    "siem",
    `"_time","_raw"\n${EVENTS.map((text) => `"2024-03-05",${quoted(text)}\n`).join("")}`,
  ),
  whole("cribl", "cribl.json", "siem", `[${EVENTS.map((text) => `{"_raw":${string(text)},"source":"s3"}`).join(",")}]`),
  whole(
    "elastic-original",
    "hits.json",
    "siem",
    `{"took":3,"hits":{"total":{"value":4},"hits":[${EVENTS.map((text, i) => `{"_index":"logs","_id":"${i}","_source":{"event":{"original":${string(text)},"action":"x"}}}`).join(",")}]}}`,
  ),
  whole(
    "elastic-bulk",
    "bulk.ndjson",
    "siem",
    lines(EVENTS.flatMap((text, i) => [`{"index":{"_id":"${i}"}}`, `{"event.original":${string(text)}}`])),
  ),
  whole(
    "opensearch",
    "catalog.json",
    "siem",
    `[${EVENTS.map((text) => `{"@timestamp":"2024-03-05T09:14:07Z","aws":{"cloudtrail":${text}}}`).join(",")}]`,
  ),
  whole(
    "syslog",
    "syslog.log",
    "stream",
    lines(EVENTS.map((text) => `<134>Mar  5 09:14:07 collector cloudtrail[7]: ${text}`)),
  ),
  whole(
    "unknown-wrapper",
    "wrapped.json",
    "bare",
    `[${EVENTS.map((text) => `{"log":"cloudtrail:events","data":{"Records":[${text}]}}`).join(",")}]`,
  ),
  whole(
    "mixed",
    "mixed.json",
    "lookup-events",
    `{"Records":[${EVENTS[0]!}]}\n{"Events":[${lookupEntries[1]!},${lookupEntries[2]!}]}\n{"Records":[${EVENTS[3]!}]}\n`,
  ),
];
