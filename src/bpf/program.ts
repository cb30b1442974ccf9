import { CorelensError } from "../errors.ts";
import { EACCES, EAGAIN, EINVAL, errnoName } from "../kernel/libc.ts";
import { refusal } from "./refusal.ts";
import { ATTACH_UPROBE_MULTI, Attributes, LICENSE } from "./syscall.ts";

const TYPE_KPROBE = 2;
const SLEEPABLE = 1 << 4;
type LoadRequest = Attributes<"programLoad">;

const LOG_BYTES = 1 << 20;
const MAX_ATTEMPTS = 10;

/** The way a program will be attached; the kernel needs it when it loads the program. */
export type AttachKind = "uprobe_multi" | "perf_event";

export interface ProgramOptions {
  /** Shown by bpftool; at most 15 characters of [A-Za-z0-9_.]. */
  readonly name: string;
  readonly code: Uint8Array;
  readonly attach: AttachKind;
  /** Whether it may sleep until a page of user memory is read in. */
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
  const logged = load(
    attributes(options).u32("logLevel", 1).u32("logSize", LOG_BYTES).pointer("log", log),
  );
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

/** @returns the descriptor of the loaded program; null when this kernel does not support its kind */
export function tryProgram(options: ProgramOptions): number | null {
  const fd = load(attributes(options));
  if (fd >= 0) return fd;
  if (fd === -EINVAL) return null;
  throw refusal(fd, "loading a program");
}

/** The verifier gives up with EAGAIN whenever a signal is pending. */
function load(request: LoadRequest): number {
  for (let attempt = 1; ; attempt++) {
    const fd = request.call();
    if (fd !== -EAGAIN || attempt === MAX_ATTEMPTS) return fd;
  }
}

function attributes({ name, code, attach, sleepable }: ProgramOptions): LoadRequest {
  return new Attributes("programLoad")
    .u32("type", TYPE_KPROBE)
    .u32("instructionCount", code.length / 8)
    .pointer("instructions", code)
    .text("license", LICENSE)
    .u32("flags", sleepable ? SLEEPABLE : 0)
    .name("name", name)
    .u32("attachType", attach === "uprobe_multi" ? ATTACH_UPROBE_MULTI : 0);
}
