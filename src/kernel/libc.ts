import { constants } from "node:os";
import { arch, platform } from "node:process";
import { CorelensError } from "../errors.ts";
import { loadKoffi } from "./koffi.ts";
import { isTraceable } from "./platform.ts";

/**
 * System calls that Node does not offer. Besides this file, only library.ts calls native code: the shared objects that
 * hold declared probes. Errors are negative errno values, as in the kernel, so that callers can test for features.
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
    flock: 73,
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
    flock: 32,
  },
} as const;

type SyscallName = keyof (typeof NUMBERS)[keyof typeof NUMBERS];
type SyscallArgument = number | bigint;

interface Libc {
  readonly numbers: Readonly<Record<SyscallName, number>>;
  errno(): number;
  address(buffer: Uint8Array): bigint;
  view(address: bigint, length: number): ArrayBuffer;
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
  const koffi = loadKoffi();
  const self = koffi.load(null);
  loaded = {
    numbers: NUMBERS[arch as keyof typeof NUMBERS],
    errno: koffi.errno,
    address: koffi.address,
    view: koffi.view,
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
 * @throws CorelensError PLATFORM_UNSUPPORTED
 */
export function syscall(name: SyscallName, ...args: readonly SyscallArgument[]): number {
  const { numbers, syscall, errno } = libc();
  const words = Array.from({ length: 6 }, (_, i) => BigInt.asUintN(64, BigInt(args[i] ?? 0)));
  const result = Number(syscall(numbers[name], ...words));
  return result === -1 ? -errno() : result;
}

/** Address of a buffer's memory, valid only as long as the buffer is referenced. */
export function addressOf(buffer: Uint8Array): bigint {
  return libc().address(buffer);
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
      `mapping ${length} bytes shared with the kernel failed: ${errnoName(libc().errno())}`,
    );
  }
  let isMapped = true;
  return {
    memory: libc().view(address, length),
    unmap: () => {
      // After the first call, the address may belong to another mapping.
      if (isMapped) libc().munmap(address, length);
      isMapped = false;
    },
  };
}

const ERRNO_NAMES = new Map(
  Object.entries(constants.errno).map(([name, value]) => [value, name] as const),
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
/** Internal to the kernel, but returned for instructions that it cannot probe. */
export const ENOTSUPP = 524;
