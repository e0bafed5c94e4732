import { checkPrimeSync, createPrivateKey, type KeyObject } from "node:crypto";
import type { Random } from "../random.ts";

const PUBLIC_EXPONENT = 65_537n;
const PRIME_BITS = 1024;

/**
 * An RSA-2048 key pair that follows from the seed, so that no private key lies in the repository and signatures are
 * the same everywhere. It protects nothing: anyone with this file can make it.
 */
export function deriveRsaKey(random: Random): KeyObject {
  const p = findPrime(random);
  const q = findPrime(random);
  const n = p * q;
  const d = inverse(PUBLIC_EXPONENT, (p - 1n) * (q - 1n));
  const jwk = {
    kty: "RSA",
    n: base64url(n),
    e: base64url(PUBLIC_EXPONENT),
    d: base64url(d),
    p: base64url(p),
    q: base64url(q),
    dp: base64url(d % (p - 1n)),
    dq: base64url(d % (q - 1n)),
    qi: base64url(inverse(q, p)),
  };
  return createPrivateKey({ key: jwk, format: "jwk" });
}

/** The first prime at or after a random number; its two highest bits are set so that the product has 2,048 bits. */
function findPrime(random: Random): bigint {
  const start = BigInt(`0x${random.text("0123456789abcdef", PRIME_BITS / 4)}`);
  let candidate = start | (3n << BigInt(PRIME_BITS - 2)) | 1n;
  // The library's test is randomised, but it never refuses a prime, and its error is far below 2^-100.
  while (candidate % PUBLIC_EXPONENT === 1n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

/** Extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [remainder, nextRemainder] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (nextRemainder !== 0n) {
    const quotient = remainder / nextRemainder;
    [remainder, nextRemainder] = [nextRemainder, remainder - quotient * nextRemainder];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return ((factor % modulus) + modulus) % modulus;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64url");
}
