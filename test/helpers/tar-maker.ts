/** One member of a tar archive to be made. */
export interface TarPart {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Type flag; default: a file. */
  readonly type?: string;
  readonly linkName?: string;
  /** Keys and values of an extended header in front. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Name in GNU's way, in a member of its own in front. */
  readonly longName?: string;
  /** Size that the header states. */
  readonly size?: number;
  /** The size as GNU's binary number. */
  readonly isBinarySize?: boolean;
  /** Form of the header. */
  readonly form?: "ustar" | "gnu" | "v7";
  readonly prefix?: string;
}

const BLOCK = 512;

/** A tar archive with these members and the two empty blocks at its end. */
export function tarOf(parts: readonly TarPart[], options: { readonly end?: boolean } = {}): Buffer {
  const blocks = parts.flatMap((part) => [
    ...(part.pax === undefined ? [] : member({ name: "PaxHeader", type: "x", content: paxOf(part.pax) })),
    ...(part.longName === undefined ? [] : member({ name: "././@LongLink", type: "L", content: `${part.longName}\0` })),
    ...member(part),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(options.end === false ? 0 : 2 * BLOCK)]);
}

function member(part: TarPart): Buffer[] {
  const content = Buffer.from(part.content ?? "");
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return [header(part, content.length), content, padding];
}

function header(part: TarPart, length: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(part.name, 0, 100);
  block.write("0000644\0", 100);
  const size = part.size ?? length;
  if (part.isBinarySize === true) {
    block[124] = 0x80;
    block.writeUIntBE(size, 130, 6);
  } else block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("14473376311\0", 136);
  block.write("        ", 148);
  block.write(part.type ?? (part.form === "v7" ? "\0" : "0"), 156);
  block.write(part.linkName ?? "", 157, 100);
  if (part.form === "gnu") block.write("ustar  \0", 257);
  else if (part.form !== "v7") block.write("ustar\x0000", 257);
  block.write(part.prefix ?? "", 345, 155);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function paxOf(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const rest = Buffer.byteLength(` ${key}=${value}\n`);
      let length = rest + 1;
      while (String(length).length + rest !== length) length = String(length).length + rest;
      return `${length} ${key}=${value}\n`;
    })
    .join("");
}
