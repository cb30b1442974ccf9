import { arch, platform } from "node:process";
import koffi from "koffi";
import { CorelensError } from "../errors.ts";
import { isTraceable } from "./platform.ts";

/**
 * The door to the kernel. Everything corelens asks of it beyond what Node offers goes through `syscall`
 * and `map` here; nothing else in the project calls native code, but for the shared objects that
 * declared probes live in (library.ts).
 *
 * Errors come back as negative errno values, the kernel's own way, so that callers can probe by trying.
 */

const NUMBERS = {
  x64: {
    bpf: 321,
    perf_event_open: 298,
    ioctl: 16,
    close: 3,
    prctl: 157,
    capget: 125,
    capset: 126,
    clock_gettime: 228,
    getsockopt: 55,
    socketpair: 53,
    sendmsg: 46,
    recvmsg: 47,
    pidfd_open: 434,
  },
  arm64: {
    bpf: 280,
    perf_event_open: 241,
    ioctl: 29,
    close: 57,
    prctl: 167,
    capget: 90,
    capset: 91,
    clock_gettime: 113,
    getsockopt: 209,
    socketpair: 199,
    sendmsg: 211,
    recvmsg: 212,
    pidfd_open: 434,
  },
} as const;

type SyscallName = keyof (typeof NUMBERS)["x64"];
type SyscallArgument = number | bigint;

interface Libc {
  syscall(number: number, ...args: readonly SyscallArgument[]): number | bigint;
  mmap(
    address: bigint,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ): bigint;
  munmap(address: bigint, length: number): number;
  getpagesize(): number;
}

let loaded: Libc | undefined;

function libc(): Libc {
  if (loaded) return loaded;
  if (!isTraceable) {
    throw new CorelensError("PLATFORM_UNSUPPORTED", `this is ${platform} on ${arch}`);
  }
  const self = koffi.load(null);
  loaded = {
    // Six plain words: measurably faster than a variadic declaration.
    syscall: self.func(
      "long syscall(long, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t)",
    ),
    mmap: self.func("uintptr_t mmap(uintptr_t, size_t, int, int, int, long)"),
    munmap: self.func("int munmap(uintptr_t, size_t)"),
    getpagesize: self.func("int getpagesize()"),
  };
  return loaded;
}

/**
 * One system call. Negative arguments are passed in two's complement.
 * @returns its result, or the negative errno
 */
export function syscall(name: SyscallName, ...args: readonly SyscallArgument[]): number {
  const number = NUMBERS[arch as keyof typeof NUMBERS]?.[name] ?? 0;
  const words = Array.from({ length: 6 }, (_, i) => BigInt.asUintN(64, BigInt(args[i] ?? 0)));
  const result = Number(libc().syscall(number, ...words));
  return result === -1 ? -koffi.errno() : result;
}

/** Address of a buffer's memory, valid only as long as the buffer is referenced. */
export function addressOf(buffer: Uint8Array): bigint {
  return koffi.address(buffer);
}

/** Bytes of a page of memory: 4096 on x86-64; 16 or 64 KiB on some kernels for aarch64. */
export function pageSize(): number {
  return libc().getpagesize();
}

/** Memory shared with the kernel through a file descriptor. */
export interface Mapping {
  readonly memory: ArrayBuffer;
  unmap(): void;
}

/**
 * Maps `length` bytes of `fd`. Writing to a mapping made without `writable` kills the process.
 * @throws CorelensError KERNEL_REFUSED
 */
export function map(fd: number, length: number, offset: number, writable: boolean): Mapping {
  const PROT_READ = 1;
  const PROT_WRITE = 2;
  const MAP_SHARED = 1;
  const FAILED = 0xffff_ffff_ffff_ffffn;
  const address = BigInt(
    libc().mmap(0n, length, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, offset),
  );
  if (address === FAILED) {
    throw new CorelensError(
      "KERNEL_REFUSED",
      `mapping ${length} bytes shared with the kernel failed: ${errnoName(koffi.errno())}`,
    );
  }
  let isMapped = true;
  return {
    memory: koffi.view(address, length),
    unmap: () => {
      // A second time, the address may already be somebody else's.
      if (isMapped) libc().munmap(address, length);
      isMapped = false;
    },
  };
}

const ERRNO_NAMES = new Map(
  Object.entries(koffi.os.errno).map(([name, value]) => [value, name] as const),
);

/** `EPERM` for 1 or -1. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES.get(Math.abs(errno)) ?? `errno ${Math.abs(errno)}`;
}

export const EPERM = 1;
export const ENOENT = 2;
export const EBADF = 9;
export const EAGAIN = 11;
export const EACCES = 13;
export const EINVAL = 22;
export const ENOSPC = 28;
/** The kernel's own, which it lets out for instructions that it cannot probe. */
export const ENOTSUPP = 524;
