/** What a command's exit status says. `corelens doctor --errors` and docs/errors.md print this table and the next. */
export const EXIT_STATUSES = {
  0: "all went well",
  1: "a check found drift, a slower build, or that tracing cannot work",
  2: "the input cannot be read, or the command is mistyped",
  3: "nothing to trace or to ask was found",
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
  LAYOUT_UNKNOWN: [
    2,
    "a tracepoint passes other arguments than Bitcoin Core's of that name, so that what they mean is not known",
    "`corelens trace` shows them as arg0, arg1, …; a contract file gives them names: --contract (docs/contract-files.md)",
  ],
  CONTRACT_INVALID: [
    2,
    "a contract file is not of its form",
    "docs/contract-files.md has the form, with an example",
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
  RECORDING_UNKNOWN: [
    2,
    "the dashboard has no such recording, or not any more",
    "choose one on its page Recordings, or load it again",
  ],
  RECORDING_TOO_LARGE: [
    2,
    "a recording is too large to be loaded into the dashboard from a browser",
    "put it where corelens runs, and name the directory with --recordings",
  ],
  RECORDINGS_BUSY: [
    2,
    "as many recordings as the dashboard can hold are looked at or loaded",
    "close one of their pages; a minute later there is room",
  ],
  UPLOAD_REFUSED: [
    2,
    "this dashboard takes no recordings from browsers",
    "put it where corelens runs, and name the directory with --recordings",
  ],
  RESULT_INVALID: [
    2,
    "a file is no result of a benchmark, or two have not enough blocks in common",
    "make them with `corelens block-benchmark START END --output FILE`, over the same heights",
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
  RPC_REFUSED: [2, "the node answered a call with an error", "the message is the node's own"],
  RPC_ANSWER_INVALID: [
    2,
    "what answers does not speak JSON-RPC as a node does",
    "check the address: something else may listen there",
  ],
  NO_TRACEPOINTS: [
    3,
    "neither the program nor a library that it has loaded carries tracepoints",
    "its packager or author can build it with them (sys/sdt.h); `corelens list` takes any program, library or pid",
  ],
  NOT_ATTACHABLE: [
    3,
    "the file names tracepoints whose code or semaphores it does not hold, as a file of debug information",
    "name the program it belongs to, or the pid of a process that runs it",
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
  RPC_UNREACHABLE: [
    3,
    "the node's RPC server cannot be reached",
    "check that the node runs with server=1; docs/rpc.md tells how it is found and how to name it",
  ],
  RPC_NOT_READY: [
    3,
    "the node is starting, stopping or too busy to answer",
    "ask again in a moment; `corelens state --watch 2s` waits for it",
  ],
  IPC_NOT_FOUND: [
    3,
    "no node offers an IPC socket there",
    "start `bitcoin -m node` (Bitcoin Core v30 or later) with -ipcbind=unix, or name the socket with --socket",
  ],
  IPC_FOREIGN: [
    3,
    "an IPC socket belongs to another process than the node that is traced",
    "name the node's own with --socket, or leave it out: the node's own is found; `corelens ipc status` shows whose it is",
  ],
  IPC_PROTOCOL: [
    2,
    "what answers on the socket does not speak Cap'n Proto RPC, or breaks its rules",
    "check that the socket is that of Bitcoin Core's -ipcbind",
  ],
  IPC_CLOSED: [6, "the IPC connection ended", "check whether the node still runs"],
  IPC_CANCELLED: [6, "a call through IPC was cancelled", "call again"],
  IPC_REFUSED: [
    2,
    "the node refused a call through IPC",
    "see the node's answer; its debug.log tells more with -debug=ipc",
  ],
  IPC_BUSY: [
    6,
    "the node has too much to do to take a call through IPC",
    "call again, one call at a time for each thread",
  ],
  IPC_UNSUPPORTED: [
    5,
    "this node's IPC does not offer that",
    "`corelens ipc status` shows what it offers (docs/ipc.md)",
  ],
  IPC_TOO_LARGE: [2, "a message is larger than the node takes (64 MiB)", "ask for less at a time"],
  NO_PERMISSION: [
    4,
    "attaching needs more rights than this user has",
    "run it with sudo, or give CAP_BPF and CAP_PERFMON (docs/privileges.md)",
  ],
  RPC_NO_CREDENTIALS: [
    4,
    "what the node's RPC server asks to be told cannot be read",
    "run it with sudo or as the node's user, or start the node with -rpccookieperms=group (docs/rpc.md)",
  ],
  RPC_UNAUTHORIZED: [
    4,
    "the node's RPC server does not know this user and password",
    "name the cookie of the node that listens there with --cookie, or its user with --rpc (docs/rpc.md)",
  ],
  RPC_FORBIDDEN: [
    4,
    "the node's rpcwhitelist does not allow this user a call",
    "docs/rpc.md has the line for bitcoin.conf",
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
  TRACER_CONFLICT: [
    5,
    "another tracer is attached to the same tracepoints without raising their semaphores, which excludes this one",
    "end it; `corelens doctor` names the tracers of this machine. BCC's scripts are such; bpftrace and libbpf are not",
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
