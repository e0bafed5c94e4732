/** What every IPv4 address starts with as a key: the hex digits of ::ffff:0:0/96. */
const IPV4_KEY_PREFIX = "00000000000000000000ffff";

/** Longest text of one address: six IPv6 groups and an embedded IPv4. */
const LONGEST_ADDRESS = 45;
const GROUP = /^[0-9a-f]{1,4}$/i;

/** Strict dotted quad (four decimals 0-255, no leading zeros) as an unsigned 32-bit number, or -1. */
function parseIpv4(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let address = 0;
  let octet = 0;
  let digits = 0;
  let octets = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const code = index === text.length ? 46 : text.charCodeAt(index);
    if (code === 46) {
      if (digits === 0 || octet > 255 || octets === 4) return -1;
      address = address * 256 + octet;
      octets += 1;
      octet = 0;
      digits = 0;
    } else if (code >= 48 && code <= 57) {
      // A leading zero means octal to some readers and decimal to others, so the text names no one address.
      if (digits > 0 && octet === 0) return -1;
      octet = octet * 10 + code - 48;
      digits += 1;
      if (digits > 3) return -1;
    } else return -1;
  }
  return octets === 4 ? address : -1;
}

/**
 * The eight 16-bit groups of an IPv6 text, or null. `::` may stand for one or more groups, and the last two may
 * be written as IPv4. A zone (`fe80::1%eth0`) is refused: it has a meaning only on the host that wrote it, so
 * AWS cannot have seen it, and SQL address types reject the text.
 */
function parseIpv6(text: string): readonly number[] | null {
  if (text.length < 2 || text.length > LONGEST_ADDRESS) return null;
  const gap = text.indexOf("::");
  if (gap === -1) {
    const groups = parseGroups(text, true);
    return groups?.length === 8 ? groups : null;
  }
  if (text.includes("::", gap + 1)) return null;
  const before = gap === 0 ? [] : parseGroups(text.slice(0, gap), false);
  const after = gap + 2 === text.length ? [] : parseGroups(text.slice(gap + 2), true);
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  return missing < 1 ? null : [...before, ...new Array<number>(missing).fill(0), ...after];
}

/** The key of an address: 32 lower-case hex digits, IPv4 as ::ffff:0:0/96; null when the text is not one address. */
export function addressKey(text: string): string | null {
  const ipv4 = parseIpv4(text);
  if (ipv4 >= 0) return IPV4_KEY_PREFIX + ipv4.toString(16).padStart(8, "0");
  if (!text.includes(":")) return null;
  const groups = parseIpv6(text);
  return groups === null ? null : groups.map((group) => group.toString(16).padStart(4, "0")).join("");
}

/** Groups between colons; only the end of an address may be written as IPv4. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const ipv4 = mayEndInIpv4 && index === parts.length - 1 ? parseIpv4(part) : -1;
      if (ipv4 < 0) return null;
      groups.push(Math.floor(ipv4 / 65536), ipv4 % 65536);
    }
  }
  return groups;
}
