import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { sha256d } from "../../src/bitcoin/hash.ts";
import { serializePayload } from "../../src/bitcoin/message.ts";
import { ByteWriter } from "../../src/bitcoin/writer.ts";
import { until } from "./stream.ts";

const REGTEST_MAGIC = Uint8Array.of(0xfa, 0xbf, 0xb5, 0xda);
const HEADER_LENGTH = 24;
const TYPE_LENGTH = 12;

/** A peer of a regtest node that sends what a test wants, and knows only the types of what it gets. */
export class RawPeer {
  readonly received: string[] = [];
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#read(bytes));
  }

  /** Resolves after the handshake. */
  static async connect(port: number): Promise<RawPeer> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const peer = new RawPeer(socket);
    const version = {
      version: 70016,
      services: 0n,
      time: Math.floor(Date.now() / 1000),
      receiver: null,
      nonce: 1n,
      userAgent: "/raw/",
      startHeight: 0,
      relay: true,
    };
    peer.send("version", serializePayload({ type: "version", version }));
    await peer.until("verack");
    peer.send("verack", new Uint8Array(0));
    return peer;
  }

  send(type: string, payload: Uint8Array): void {
    const name = Buffer.alloc(TYPE_LENGTH);
    name.write(type, "latin1");
    const header = new ByteWriter(HEADER_LENGTH)
      .bytes(REGTEST_MAGIC)
      .bytes(name)
      .u32(payload.length)
      .bytes(sha256d(payload).subarray(0, 4));
    this.#socket.write(Buffer.concat([header.finish(), payload]));
  }

  /** Resolves when it has got such a message. */
  until(type: string): Promise<void> {
    return until(`the node sends ${type}`, () => this.received.includes(type));
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= HEADER_LENGTH) {
      const end = HEADER_LENGTH + this.#pending.readUInt32LE(16);
      if (this.#pending.length < end) return;
      const [type] = this.#pending.toString("latin1", 4, 4 + TYPE_LENGTH).split("\0");
      this.received.push(type!);
      this.#pending = this.#pending.subarray(end);
    }
  }
}
