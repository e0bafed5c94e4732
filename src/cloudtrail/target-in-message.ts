/*
 * What a refused or failed call was about, from AWS's error message: denied calls often have no request parameters
 * at all (14 of 60 in one real trail), and then the message is the only place.
 */

/** AWS cuts messages at 1 KB. */
const LONGEST_MESSAGE = 4096;

const NOT_AUTHORIZED = /not authorized to perform/i;
/** Up to the reason AWS gives, or to the end of the sentence; an ARN may hold dots and commas, so a space must follow. */
const ON_RESOURCE = /\bon resource:? +["']?(.+?)["']?(?= because\b| with an explicit\b|[.,;](?: |$)|$)/i;
const TYPED_NAME = /^(?:role|user|group|policy|instance profile|server certificate|mfa) ([\w+=,.@/-]+)$/i;
const UNKNOWN_TRAIL = /\bUnknown trail: (\S+)/;
const ARN = /\barn:[a-z0-9-]+:[a-z0-9-]+:[^\s"'<>()[\]{}]+/g;
const CALLER_BEFORE_ARN = /(?:\b(?:user|principal|caller)\b:? ?|\bby )["']?$/i;
const EC2_ID =
  /\b(?:i|vol|snap|ami|sg|vpc|subnet|eni|igw|rtb|acl|nat|fl|lt|eipalloc|eni-attach|rtbassoc|vpce|pcx|tgw)-[\da-fA-F]{8,17}\b/g;
const QUOTED_SUBJECT =
  /['"“]([^'"“”]+)['"”][^'"“”]*\b(?:does not exist|doesn't exist|not found|already exists|(?:can|could) ?not be found)/i;
const NAMED_SUBJECT =
  /\bwith (?:the )?name (\S+?),? (?:cannot be found|could not be found|already exists|does not exist)/i;

/** The resources an error message names, in its order; empty when it names none (`on resource: *`). */
export function resourcesInMessage(message: string): readonly string[] {
  const text = message.slice(0, LONGEST_MESSAGE);
  const onResource = ON_RESOURCE.exec(text)?.[1];
  if (onResource !== undefined) return resourceOf(onResource);
  // Whatever else such a message names is the caller, or an encoded text that means nothing here.
  if (NOT_AUTHORIZED.test(text)) return [];
  const trail = UNKNOWN_TRAIL.exec(text)?.[1];
  if (trail !== undefined) return [trail];
  const arns = [...text.matchAll(ARN)].filter((match) => !CALLER_BEFORE_ARN.test(text.slice(0, match.index)));
  if (arns.length > 0) return arns.map(([arn]) => arn.replace(/[.,;:]+$/, ""));
  const ids = text.match(EC2_ID);
  if (ids !== null) return ids;
  const subject = (QUOTED_SUBJECT.exec(text) ?? NAMED_SUBJECT.exec(text))?.[1];
  return subject === undefined ? [] : [subject];
}

function resourceOf(text: string): readonly string[] {
  const [first = ""] = text.split(" ");
  if (first.startsWith("arn:")) return [first];
  const name = TYPED_NAME.exec(text)?.[1];
  if (name !== undefined) return name === "null" ? [] : [name];
  return first === "*" || text.includes(" ") ? [] : [first];
}
