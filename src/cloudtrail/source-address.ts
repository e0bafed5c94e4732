import { addressKey } from "./ip-address.ts";

/**
 * `private` is any range that is not routed on the internet and can belong to a customer or a host; `other` is
 * what is no single address (a list, a host name, empty text) or an address no caller can have (multicast,
 * unspecified, reserved); `invalid` is a text that looks like an address and is none.
 */
export type SourceAddressKind = "public" | "private" | "aws-service" | "aws-internal" | "other" | "invalid";

export interface SourceAddress {
  /** The text, trimmed, when it is exactly one valid address. */
  readonly source_ip: string | null;
  /** 32 lower-case hex digits, IPv4 as ::ffff:0:0/96: text order is address order, so a CIDR is a BETWEEN. */
  readonly source_ip_key: string | null;
  readonly source_ip_kind: SourceAddressKind | null;
}

/** Lowest and highest `source_ip_key` of a block, both inclusive. */
export interface KeyRange {
  readonly low: string;
  readonly high: string;
}

const ABSENT: SourceAddress = Object.freeze({ source_ip: null, source_ip_key: null, source_ip_kind: null });
const AWS_SERVICE = withoutAddress("aws-service");
const AWS_INTERNAL = withoutAddress("aws-internal");
const OTHER = withoutAddress("other");
const INVALID = withoutAddress("invalid");

const AWS_SERVICE_NAME = /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/i;
const AWS_INTERNAL_NAME = /^aws internal(?:\/.*)?$/i;
/** Dotted digits, colon groups, and both with what a log may wrap round an address: brackets, port, zone, prefix. */
const LOOKS_LIKE_ADDRESS = /^\[?(?:\d*\.[\d.]*|[\da-f]*:[\da-f.]*:[\da-f:.]*)(?:%[^\s,]*)?\]?(?::\d+)?(?:\/\d+)?$/i;
/** Longer texts are no address, however they look, and are kept away from the regex. */
const LONGEST_LOOKALIKE = 64;

const PRIVATE_BLOCKS = keyRanges([
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "::1",
  "fc00::/7",
  "fe80::/10",
]);
const OTHER_BLOCKS = keyRanges(["0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::", "ff00::/8"]);

/**
 * What `sourceIPAddress` is. A v4-mapped IPv6 address has the key and the kind of the IPv4 address it maps.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function classifySourceAddress(text: string | null): SourceAddress {
  if (text === null) return ABSENT;
  const trimmed = text.trim();
  const key = addressKey(trimmed);
  if (key !== null) return { source_ip: trimmed, source_ip_key: key, source_ip_kind: kindOfKey(key) };
  if (AWS_SERVICE_NAME.test(trimmed)) return AWS_SERVICE;
  if (AWS_INTERNAL_NAME.test(trimmed)) return AWS_INTERNAL;
  return looksLikeAddress(trimmed) ? INVALID : OTHER;
}

/**
 * The keys a CIDR block covers; a bare address is a block of one, host bits are ignored (`10.1.2.3/8` is
 * `10.0.0.0/8`). Null when the text is neither. `::/0` covers the IPv4 keys too, `0.0.0.0/0` covers only them.
 */
export function cidrKeyRange(cidr: string): KeyRange | null {
  const text = cidr.trim();
  const slash = text.indexOf("/");
  const address = slash === -1 ? text : text.slice(0, slash);
  const key = addressKey(address);
  if (key === null) return null;
  if (slash === -1) return { low: key, high: key };
  const prefix = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return null;
  const isIpv4 = !address.includes(":");
  const bits = Number(prefix) + (isIpv4 ? 96 : 0);
  return bits > 128 ? null : { low: fillKey(key, bits, 0), high: fillKey(key, bits, 15) };
}

/** The first `bits` bits of the key, the rest taken from `nibble` (0 or 15). */
function fillKey(key: string, bits: number, nibble: number): string {
  const whole = Math.floor(bits / 4);
  if (whole === 32) return key;
  const kept = (0xf0 >> (bits % 4)) & 0xf;
  const mixed = (Number.parseInt(key.charAt(whole), 16) & kept) | (nibble & ~kept & 0xf);
  return key.slice(0, whole) + mixed.toString(16) + nibble.toString(16).repeat(31 - whole);
}

function kindOfKey(key: string): SourceAddressKind {
  for (const block of PRIVATE_BLOCKS) if (key >= block.low && key <= block.high) return "private";
  for (const block of OTHER_BLOCKS) if (key >= block.low && key <= block.high) return "other";
  return "public";
}

function looksLikeAddress(text: string): boolean {
  return text.length <= LONGEST_LOOKALIKE && /\d|::/.test(text) && LOOKS_LIKE_ADDRESS.test(text);
}

function withoutAddress(kind: SourceAddressKind): SourceAddress {
  return Object.freeze({ source_ip: null, source_ip_key: null, source_ip_kind: kind });
}

function keyRanges(blocks: readonly string[]): readonly KeyRange[] {
  return blocks.map((block) => {
    const range = cidrKeyRange(block);
    if (range === null) throw new Error(`Not a CIDR block: ${block}`);
    return range;
  });
}
