/** A reader of payloads, written apart from the writers it checks. It throws on anything that does not fit. */
import { createHash } from "node:crypto";

class PayloadReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(count: number): Buffer {
    if (this.#at + count > this.#bytes.length) throw new Error(`ends ${count} bytes too early`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  u64(): bigint {
    return this.take(8).readBigUInt64LE();
  }

  size(): number {
    const first = this.u8();
    if (first === 0xfd) return this.take(2).readUInt16LE();
    if (first === 0xfe) return this.u32();
    return first;
  }

  many<T>(read: () => T): T[] {
    return Array.from({ length: this.size() }, read);
  }

  hash(): string {
    return display(this.take(32));
  }

  get position(): number {
    return this.#at;
  }

  between(from: number, to: number): Buffer {
    return this.#bytes.subarray(from, to);
  }

  end(): void {
    if (this.#at !== this.#bytes.length)
      throw new Error(`${this.#bytes.length - this.#at} bytes too many`);
  }
}

interface ParsedTransaction {
  readonly txid: string;
  readonly wtxid: string;
  readonly vsize: number;
  /** `txid:vout` */
  readonly spends: readonly string[];
  readonly outputs: readonly { readonly value: number; readonly script: Buffer }[];
}

export interface ParsedBlock {
  readonly hash: string;
  readonly previous: string;
  readonly merkleRoot: string;
  readonly transactions: readonly ParsedTransaction[];
}

/** Everything in a payload that the tests look at. */
export interface Parsed {
  readonly inventory?: readonly { readonly kind: number; readonly hash: string }[];
  readonly transactions?: readonly ParsedTransaction[];
  readonly block?: ParsedBlock;
  readonly userAgent?: string;
  readonly nonce?: bigint;
}

export function parsePayload(type: string, payload: Uint8Array): Parsed {
  const reader = new PayloadReader(payload);
  const parsed = parse(type, reader);
  reader.end();
  return parsed;
}

function parse(type: string, reader: PayloadReader): Parsed {
  switch (type) {
    case "verack":
    case "wtxidrelay":
    case "sendaddrv2":
    case "sendheaders":
    case "getaddr":
      return {};
    case "ping":
    case "pong":
      return { nonce: reader.u64() };
    case "feefilter":
      reader.u64();
      return {};
    case "sendcmpct":
      reader.take(9);
      return {};
    case "version": {
      reader.take(4 + 8 + 8 + 26 + 26 + 8);
      const userAgent = reader.take(reader.size()).toString();
      reader.take(5);
      return { userAgent };
    }
    case "inv":
    case "getdata":
    case "notfound":
      return { inventory: reader.many(() => ({ kind: reader.u32(), hash: reader.hash() })) };
    case "addr":
      reader.many(() => reader.take(30));
      return {};
    case "addrv2":
      reader.many(() => addressV2(reader));
      return {};
    case "getheaders":
      reader.u32();
      reader.many(() => reader.hash());
      reader.hash();
      return {};
    case "headers":
      reader.many(() => {
        reader.take(80);
        if (reader.size() !== 0) throw new Error("a header with transactions");
      });
      return {};
    case "tx":
      return { transactions: [transaction(reader)] };
    case "block": {
      const header = reader.take(80);
      const transactions = reader.many(() => transaction(reader));
      const block = { ...headerOf(header), transactions };
      return { block };
    }
    case "cmpctblock":
      reader.take(88);
      reader.many(() => reader.take(6));
      reader.many(() => [reader.size(), transaction(reader)]);
      return {};
    case "getblocktxn":
      reader.hash();
      reader.many(() => reader.size());
      return {};
    case "blocktxn":
      reader.hash();
      return { transactions: reader.many(() => transaction(reader)) };
    default:
      throw new Error(`message type ${type}`);
  }
}

function headerOf(header: Buffer) {
  return {
    hash: display(sha256d(header)),
    previous: display(header.subarray(4, 36)),
    merkleRoot: display(header.subarray(36, 68)),
  };
}

const ADDRESS_LENGTHS: Readonly<Record<number, number>> = { 1: 4, 2: 16, 4: 32, 5: 32, 6: 16 };

function addressV2(reader: PayloadReader): void {
  reader.u32();
  reader.size();
  const network = reader.u8();
  if (reader.take(reader.size()).length !== ADDRESS_LENGTHS[network])
    throw new Error(`network ${network}`);
  reader.take(2);
}

function transaction(reader: PayloadReader): ParsedTransaction {
  const start = reader.position;
  const version = reader.take(4);
  let inputs = reader.size();
  const segwit = inputs === 0;
  if (segwit) {
    if (reader.u8() !== 1) throw new Error("witness flag");
    inputs = reader.size();
  }
  const bodyStart = segwit ? start + 6 : start + 4;
  const spends = Array.from({ length: inputs }, () => {
    const previous = `${reader.hash()}:${reader.u32()}`;
    reader.take(reader.size());
    reader.u32();
    return previous;
  });
  const outputs = reader.many(() => ({
    value: Number(reader.u64()),
    script: reader.take(reader.size()),
  }));
  const body = reader.between(bodyStart, reader.position);
  if (segwit) for (const _ of spends) reader.many(() => reader.take(reader.size()));
  const lockTime = reader.take(4);
  const full = reader.between(start, reader.position);
  const stripped = Buffer.concat([version, body, lockTime]);
  return {
    txid: display(sha256d(stripped)),
    wtxid: display(sha256d(full)),
    vsize: Math.ceil((3 * stripped.length + full.length) / 4),
    spends,
    outputs,
  };
}

function sha256d(bytes: Uint8Array): Buffer {
  const once = createHash("sha256").update(bytes).digest();
  return createHash("sha256").update(once).digest();
}

function display(hash: Uint8Array): string {
  return Buffer.from(hash).reverse().toString("hex");
}
