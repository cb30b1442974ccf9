/** What a command's exit status says. `corelens doctor --errors` and docs/errors.md print this table and the next. */
export const EXIT_STATUSES = {
  0: "all went well",
  1: "a check found drift, or what keeps tracing from working",
  2: "the input cannot be read, or the command is mistyped",
  3: "nothing to trace was found",
  4: "rights are missing",
  5: "this kernel or system cannot do it",
  6: "the stream ended early",
} as const;

/**
 * Every way corelens can refuse, as data: a stable code, the exit status of a command that ends with it,
 * what it means and the cure.
 */
export const ERRORS = {
  USAGE: [2, "the command line is not of its form", "see `corelens COMMAND --help`"],
  FILE_UNREADABLE: [2, "a file cannot be opened or read", "check the path and its permissions"],
  FILE_UNWRITABLE: [
    2,
    "a file cannot be written",
    "check the directory, its permissions and the free space",
  ],
  ELF_NOT_ELF: [
    2,
    "the file is not an ELF binary",
    "name the executable itself, not a wrapper script or an archive",
  ],
  ELF_UNSUPPORTED: [
    2,
    "the ELF file is of a class, byte order or machine that corelens does not read",
    "corelens reads 64-bit little-endian files of x86-64 and aarch64",
  ],
  ELF_CORRUPT: [
    2,
    "the ELF file contradicts itself or ends too early",
    "copy or build the binary again",
  ],
  ADDRESS_UNUSABLE: [
    2,
    "an address or a port cannot be listened on",
    "choose another with --port or --listen",
  ],
  TRACEPOINT_UNKNOWN: [
    2,
    "no tracepoint of that name",
    "`corelens list` shows those the target has",
  ],
  FIELD_UNKNOWN: [
    2,
    "the tracepoint has no field of that name",
    "`corelens list` shows the fields",
  ],
  RECORDING_CORRUPT: [
    2,
    "a recording is damaged, or the file is none",
    "what comes before the damage can be read; `corelens info` tells more",
  ],
  RECORDING_VERSION: [
    2,
    "a recording is of a version of the format that this corelens does not know",
    "read it with the corelens that wrote it, or a later one",
  ],
  QUERY_SYNTAX: [2, "a query is not of the language's form", "docs/query.md shows the language"],
  QUERY_TYPE: [
    2,
    "a query asks something that the tracepoint's fields cannot answer",
    "`corelens list` shows the fields with their types and units",
  ],
  DECLARATION_INVALID: [
    2,
    "a program declares a tracepoint that cannot be",
    "docs/declaring-tracepoints.md has the rules for names and arguments",
  ],
  ARGUMENT_INVALID: [
    2,
    "a program passes a tracepoint a value that is not of the declared type",
    "docs/declaring-tracepoints.md says which values each type takes",
  ],
  NO_TRACEPOINTS: [
    3,
    "the binary carries no tracepoints",
    "build Bitcoin Core with -DWITH_USDT=ON (and systemtap-sdt-dev installed), or use an official release",
  ],
  NODE_NOT_FOUND: [
    3,
    "no running node was found",
    "start bitcoind, or name a pid, a pid file or a binary",
  ],
  NODE_AMBIGUOUS: [3, "several nodes are running", "name one by its pid"],
  PROCESS_GONE: [
    3,
    "there is no such process",
    "check the pid; `corelens doctor` lists the nodes it finds",
  ],
  NO_PERMISSION: [
    4,
    "attaching needs more rights than this user has",
    "run it with sudo, or give CAP_BPF and CAP_PERFMON (docs/privileges.md)",
  ],
  PLATFORM_UNSUPPORTED: [
    5,
    "tracing needs Linux on x86-64 or aarch64",
    "`list` and `check` work everywhere; `corelens demo` shows simulated events",
  ],
  KERNEL_UNSUPPORTED: [
    5,
    "this kernel lacks a feature that is needed",
    "use kernel 5.8 or later; `corelens doctor` tells more",
  ],
  KERNEL_REFUSED: [
    5,
    "the kernel refused a call",
    "`corelens doctor` checks what this machine allows",
  ],
  PROGRAM_REJECTED: [
    5,
    "the kernel's verifier refused a program",
    "please report it with the log that is printed",
  ],
  RECORD_CORRUPT: [
    6,
    "a record in the ring buffer does not have its layout's form",
    "please report it",
  ],
  TRACER_GONE: [
    6,
    "the privileged part ended before the command did",
    "see its message above, if any",
  ],
  OUTPUT_GONE: [
    6,
    "the output cannot be written any more",
    "check the disk's free space or the reader of the pipe",
  ],
} as const satisfies Record<
  string,
  readonly [exit: keyof typeof EXIT_STATUSES, meaning: string, cure: string]
>;

export type ErrorCode = keyof typeof ERRORS;

/** What corelens throws for everything a user, a file or the system can cause. `code` is stable. */
export class CorelensError extends Error {
  override readonly name = "CorelensError";
  readonly code: ErrorCode;
  readonly cure: string;

  /**
   * @param message what happened and why, in one sentence, naming the thing it happened to
   * @param cure what to do next; the table's own when left out
   */
  constructor(
    code: ErrorCode,
    message: string,
    cure: string = ERRORS[code][2],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.cure = cure;
  }

  get exitStatus(): number {
    return ERRORS[this.code][0];
  }
}
