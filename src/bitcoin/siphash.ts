/**
 * SipHash-2-4 of a 32-byte hash, for compact blocks. Two unsigned halves represent each 64-bit word, because BigInt
 * arithmetic takes ten times as long and a block has thousands of transactions.
 *
 * @param k0 key, first 8 bytes; @param k1 key, second 8 bytes; each as [low, high]
 * @returns the low 48 bits: a BIP 152 short id, as 6 bytes little-endian
 */
export function shortTransactionId(k0: Word, k1: Word, wtxid: Uint8Array): Uint8Array {
  // "somepseudorandomlygeneratedbytes", in halves
  const v = Uint32Array.of(
    k0[0] ^ 0x70736575,
    k0[1] ^ 0x736f6d65,
    k1[0] ^ 0x6e646f6d,
    k1[1] ^ 0x646f7261,
    k0[0] ^ 0x6e657261,
    k0[1] ^ 0x6c796765,
    k1[0] ^ 0x79746573,
    k1[1] ^ 0x74656462,
  );
  const data = new DataView(wtxid.buffer, wtxid.byteOffset, wtxid.byteLength);
  for (let at = 0; at < 32; at += 8) {
    absorb(v, data.getUint32(at, true), data.getUint32(at + 4, true));
  }
  absorb(v, 0, 32 << 24); // the length in the top byte
  v[4]! ^= 0xff;
  for (let i = 0; i < 4; i++) round(v);

  const id = new Uint8Array(6);
  const low = v[0]! ^ v[2]! ^ v[4]! ^ v[6]!;
  const high = v[1]! ^ v[3]! ^ v[5]! ^ v[7]!;
  const view = new DataView(id.buffer);
  view.setUint32(0, low, true);
  view.setUint16(4, high, true);
  return id;
}

/** A 64-bit word as [low, high] halves. */
export type Word = readonly [low: number, high: number];

function absorb(v: Uint32Array, low: number, high: number): void {
  v[6]! ^= low;
  v[7]! ^= high;
  round(v);
  round(v);
  v[0]! ^= low;
  v[1]! ^= high;
}

function round(v: Uint32Array): void {
  halfRound(v, 0, 2, 13);
  halfRound(v, 4, 6, 16);
  swapHalves(v, 0);
  halfRound(v, 4, 2, 17);
  halfRound(v, 0, 6, 21);
  swapHalves(v, 4);
}

/** v[a] += v[b]; v[b] = rotl(v[b], bits) ^ v[a], with a and b indices of low halves. */
function halfRound(v: Uint32Array, a: number, b: number, bits: number): void {
  const low = v[b]!;
  const high = v[b + 1]!;
  const sum = v[a]! + low;
  v[a] = sum;
  v[a + 1] = v[a + 1]! + high + (sum > 0xffff_ffff ? 1 : 0);
  v[b] = ((low << bits) | (high >>> (32 - bits))) ^ v[a]!;
  v[b + 1] = ((high << bits) | (low >>> (32 - bits))) ^ v[a + 1]!;
}

/** Rotation by 32. */
function swapHalves(v: Uint32Array, a: number): void {
  const low = v[a]!;
  v[a] = v[a + 1]!;
  v[a + 1] = low;
}
