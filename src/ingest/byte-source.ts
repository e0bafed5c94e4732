/**
 * Bytes that can be looked at anywhere, without all of them being in memory. A Buffer is one.
 * `subarray` clamps its ends like that of a Buffer; what it returns must not be written to.
 */
export interface ByteSource {
  readonly length: number;
  subarray(start: number, end?: number): Buffer;
}
