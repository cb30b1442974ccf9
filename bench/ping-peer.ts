import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { sha256d } from "#src/bitcoin/hash.js";
import { serializePayload } from "#src/bitcoin/message.js";

const REGTEST_MAGIC = Uint8Array.of(0xfa, 0xbf, 0xb5, 0xda);
const HEADER_BYTES = 24;
const TYPE_BYTES = 12;
const PONG_BYTES = HEADER_BYTES + 8;
/** Pings that `connect` sends. */
export const HANDSHAKE_PINGS = 1;
/** Pings in one write. */
const BATCH = 1000;

/** A peer of a regtest node that sends pings as fast as the node takes them. */
export class PingPeer {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves after the handshake, when the node is silent. */
  static async connect(port: number): Promise<PingPeer> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const version = {
      ...{ version: 70016, services: 0n, time: Math.floor(Date.now() / 1000), receiver: null },
      ...{ nonce: 1n, userAgent: "/pings/", startHeight: 0, relay: true },
    };
    socket.write(message("version", serializePayload({ type: "version", version })));
    socket.write(message("verack", new Uint8Array(0)));
    const peer = new PingPeer(socket);
    // What the node sends after the handshake (its own ping, feefilter, …) comes before this pong.
    await peer.#until((received) => received.includes("pong"), ping(2n));
    return peer;
  }

  /** @returns milliseconds from the first ping to the last pong */
  async ping(count: number): Promise<number> {
    const batch = Buffer.concat(Array<Buffer>(BATCH).fill(ping(3n)));
    const begin = performance.now();
    let pongs = 0;
    const done = new Promise<void>((resolve) => {
      this.#socket.on("data", (bytes) => {
        pongs += bytes.length / PONG_BYTES;
        if (pongs >= count) resolve();
      });
    });
    for (let sent = 0; sent < count; sent += BATCH) {
      if (!this.#socket.write(batch)) await once(this.#socket, "drain");
    }
    await done;
    this.#socket.removeAllListeners("data");
    return performance.now() - begin;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #until(isOver: (received: string) => boolean, send: Buffer): Promise<void> {
    this.#socket.write(send);
    for (let received = ""; !isOver(received); ) {
      const [bytes] = (await once(this.#socket, "data")) as [Buffer];
      received += bytes.toString("latin1");
    }
  }
}

function ping(nonce: bigint): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeBigUInt64LE(nonce);
  return message("ping", payload);
}

function message(type: string, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(REGTEST_MAGIC, 0);
  header.write(type, 4, TYPE_BYTES, "latin1");
  header.writeUInt32LE(payload.length, 16);
  header.set(sha256d(payload).subarray(0, 4), 20);
  return Buffer.concat([header, payload]);
}
