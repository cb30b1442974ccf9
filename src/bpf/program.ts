import { CorelensError } from "../errors.ts";
import { EACCES, EAGAIN, EINVAL, errnoName } from "../kernel/libc.ts";
import { refusal } from "./refusal.ts";
import { Attributes } from "./syscall.ts";

const TYPE_KPROBE = 2;
const SLEEPABLE = 1 << 4;
const ATTACH_UPROBE_MULTI = 48;
const LOG_BYTES = 1 << 20;
const MAX_ATTEMPTS = 10;

/** How a program will be attached; the kernel wants to know when it loads it. */
export type AttachKind = "uprobe_multi" | "perf_event";

export interface ProgramOptions {
  /** Shown by bpftool; at most 15 characters of [A-Za-z0-9_.]. */
  readonly name: string;
  readonly code: Uint8Array;
  readonly attach: AttachKind;
  /** Whether it may wait for a page to be read in. */
  readonly sleepable: boolean;
}

/**
 * Loads a program and returns its descriptor.
 * @throws CorelensError NO_PERMISSION; PROGRAM_REJECTED with the verifier's log as cause
 */
export function loadProgram(options: ProgramOptions): number {
  const fd = load(attributes(options));
  if (fd >= 0) return fd;
  const error = refusal(fd, `loading the program ${options.name}`);
  if (error.code === "NO_PERMISSION" && fd !== -EACCES) throw error;
  const log = new Uint8Array(LOG_BYTES);
  const logged = load(attributes(options).u32(24, 1).u32(28, LOG_BYTES).pointer(32, log));
  if (logged >= 0) return logged;
  const text = Buffer.from(log).toString("latin1", 0, log.indexOf(0)).trim();
  if (text === "") throw error;
  const summary = text.split("\n").at(-2) ?? text;
  throw new CorelensError(
    "PROGRAM_REJECTED",
    `the verifier rejected the program ${options.name} (${errnoName(fd)}): ${summary}`,
    undefined,
    { cause: new Error(text) },
  );
}

/** Loads a program if this kernel knows its kind; null where it does not. */
export function tryProgram(options: ProgramOptions): number | null {
  const fd = load(attributes(options));
  if (fd >= 0) return fd;
  if (fd === -EINVAL) return null;
  throw refusal(fd, "loading a program");
}

/** The verifier gives up with EAGAIN whenever a signal is pending. */
function load(request: Attributes): number {
  for (let attempt = 1; ; attempt++) {
    const fd = request.call("programLoad");
    if (fd !== -EAGAIN || attempt === MAX_ATTEMPTS) return fd;
  }
}

function attributes({ name, code, attach, sleepable }: ProgramOptions): Attributes {
  return (
    new Attributes(72)
      .u32(0, TYPE_KPROBE)
      .u32(4, code.length / 8)
      .pointer(8, code)
      // The helpers that read user memory are for GPL-compatible programs only.
      .text(16, "Dual MIT/GPL")
      .u32(44, sleepable ? SLEEPABLE : 0)
      .name(48, 16, name)
      .u32(68, attach === "uprobe_multi" ? ATTACH_UPROBE_MULTI : 0)
  );
}
