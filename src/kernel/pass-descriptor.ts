import { CorelensError } from "../errors.ts";
import { addressOf, errnoName, syscall } from "./libc.ts";

/**
 * Passes open files from one process to another over a Unix socket (SCM_RIGHTS). Node does this for sockets only.
 * Neither side waits: the sender notifies the receiver of a descriptor in another way.
 */

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2_000_000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_CMSG_CLOEXEC = 0x4000_0000;

/** `struct cmsghdr` and one descriptor, on a 64-bit system: its length, and the room it takes. */
const CONTROL_LENGTH = 20;
const CONTROL_SPACE = 24;

/**
 * Creates two connected sockets.
 * @throws CorelensError KERNEL_REFUSED
 */
export function socketPair(): readonly [number, number] {
  const pair = Buffer.alloc(8);
  check(
    "socketpair",
    syscall("socketpair", AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, addressOf(pair)),
  );
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
}

/**
 * Sends a copy of a descriptor.
 * @throws CorelensError KERNEL_REFUSED, also when the other side is closed or its buffer is full
 */
export function sendDescriptor(socket: number, descriptor: number): void {
  const message = new DescriptorMessage();
  message.control.writeBigUInt64LE(BigInt(CONTROL_LENGTH), 0);
  message.control.writeInt32LE(SOL_SOCKET, 8);
  message.control.writeInt32LE(SCM_RIGHTS, 12);
  message.control.writeInt32LE(descriptor, 16);
  check("sendmsg", syscall("sendmsg", socket, addressOf(message.header), MSG_DONTWAIT));
}

/**
 * Receives the oldest descriptor.
 * @throws CorelensError KERNEL_REFUSED without a descriptor, and when this process has too many open files
 */
export function receiveDescriptor(socket: number): number {
  const message = new DescriptorMessage();
  const flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
  check("recvmsg", syscall("recvmsg", socket, addressOf(message.header), flags));
  const { control } = message;
  if (control.readInt32LE(8) !== SOL_SOCKET || control.readInt32LE(12) !== SCM_RIGHTS) {
    throw new CorelensError("KERNEL_REFUSED", "a message came without its descriptor");
  }
  return control.readInt32LE(16);
}

/** `struct msghdr` of one byte and one descriptor, on a 64-bit system. */
class DescriptorMessage {
  readonly header = Buffer.alloc(56);
  readonly control = Buffer.alloc(CONTROL_SPACE);
  readonly #vector = Buffer.alloc(16);
  readonly #byte = Buffer.alloc(1);

  constructor() {
    this.#vector.writeBigUInt64LE(addressOf(this.#byte), 0);
    this.#vector.writeBigUInt64LE(BigInt(this.#byte.length), 8);
    this.header.writeBigUInt64LE(addressOf(this.#vector), 16);
    this.header.writeBigUInt64LE(1n, 24);
    this.header.writeBigUInt64LE(addressOf(this.control), 32);
    this.header.writeBigUInt64LE(BigInt(CONTROL_SPACE), 40);
  }
}

function check(name: string, result: number): void {
  if (result >= 0) return;
  throw new CorelensError("KERNEL_REFUSED", `${name} failed: ${errnoName(result)}`);
}
