import { sha256d } from "./hash.ts";

/** The networks by their magic bytes, which begin each message on the wire. Custom signets have other magic bytes. */
const NETWORKS: Readonly<Record<string, string>> = {
  f9beb4d9: "main",
  "0b110907": "testnet3",
  "1c163f28": "testnet4",
  "0a03cf40": "signet",
  fabfb5da: "regtest",
};

const FRAME_SIZE = 24;

/** A message on the wire: 4 magic bytes, 12 bytes of type, length, checksum, payload. */
export interface FramedMessage {
  readonly network: string;
  readonly type: string;
  /** The available bytes of the payload. */
  readonly payload: Buffer;
  /** The declared size of the payload in bytes. */
  readonly size: number;
  /** The number of bytes after the payload. */
  readonly trailing: number;
  readonly isChecksumRight: boolean;
}

/** Null if the bytes do not begin with the header of a message of a known network. */
export function readFrame(bytes: Buffer): FramedMessage | null {
  const network = NETWORKS[bytes.toString("hex", 0, 4)];
  if (network === undefined || bytes.length < FRAME_SIZE) return null;
  const type = bytes.toString("latin1", 4, 16);
  if (!/^[\x20-\x7e]+\0*$/.test(type)) return null;
  const size = bytes.readUInt32LE(16);
  const payload = bytes.subarray(FRAME_SIZE, FRAME_SIZE + size);
  return {
    network,
    type: type.replace(/\0+$/, ""),
    payload,
    size,
    trailing: bytes.length - FRAME_SIZE - payload.length,
    isChecksumRight: Buffer.from(sha256d(payload)).compare(bytes, 20, 24, 0, 4) === 0,
  };
}
