/**
 * The checksum CRC-32, as in zip and gzip. Written here, and not taken from `node:zlib`, as the first `node:` module
 * costs a program some twenty milliseconds at its start.
 *
 * @module
 */

const polynomial = 0xedb88320;

/** The checksum of each single byte. */
const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  return value;
});

/**
 * Computes a checksum.
 *
 * @param bytes What it is of.
 * @param before The checksum of what stands before them, 0 for nothing.
 */
export function crc32(bytes: Uint8Array, before: number = 0): number {
  let value = ~before;
  for (let i = 0; i < bytes.length; i++) value = (value >>> 8) ^ table[(value ^ bytes[i]!) & 0xff]!;
  return ~value >>> 0;
}
