/** What npm compares with the machine before it installs a native package. */
export interface Platform {
  /** `process.platform`, or null for WebAssembly, which runs anywhere. */
  readonly os: string | null;
  /** `process.arch`. */
  readonly cpu: string;
  /** The C library; null outside Linux, and where one build serves both. */
  readonly libc: "glibc" | "musl" | null;
}

const OPERATING_SYSTEMS = "aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32";
const PROCESSORS = "arm|arm64|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64";
const ABIS = "eabi|gnu|gnueabihf|msvc|musl|musleabihf";
const NATIVE_SUFFIX = new RegExp(`[-/](?<os>${OPERATING_SYSTEMS})-(?<cpu>${PROCESSORS})(?:-(?<abi>${ABIS}))?$`);

/**
 * Reads the platform from the suffix that native packages share (`-linux-x64-musl`, `/win32-arm64`).
 * Returns null for a name without one. A Linux package that names no C library is for glibc when
 * `siblings`, the other platforms of the same parent, have a musl build of it.
 */
export function parsePlatform(name: string, siblings: readonly string[] = []): Platform | null {
  if (name.endsWith("-wasm32-wasi")) return { os: null, cpu: "wasm32", libc: null };

  const { os, cpu, abi = "" } = NATIVE_SUFFIX.exec(name)?.groups ?? {};
  if (os === undefined || cpu === undefined) return null;

  const hasMuslTwin = siblings.includes(`${name}-musl`);
  return { os, cpu, libc: os === "linux" ? parseLibc(abi, hasMuslTwin) : null };
}

function parseLibc(abi: string, hasMuslTwin: boolean): Platform["libc"] {
  if (abi.startsWith("musl")) return "musl";
  return abi.startsWith("gnu") || hasMuslTwin ? "glibc" : null;
}
