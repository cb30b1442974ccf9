/** The meaning of a command's exit status. `corelens doctor --errors` and docs/errors.md print this table and the next. */
export const EXIT_STATUSES = {
  0: "success",
  1: "a check failed: drift, a slower build, or tracing cannot work",
  2: "invalid input or command line",
  3: "no target found",
  4: "missing privileges",
  5: "not supported by this kernel or system",
  6: "the stream ended early",
} as const;

interface ErrorKind {
  /** Exit status of a command that ends with it. */
  readonly exit: keyof typeof EXIT_STATUSES;
  readonly meaning: string;
  readonly cure: string;
}

/** Every error of corelens, by its stable code. */
export const ERRORS = {
  USAGE: { exit: 2, meaning: "invalid command line", cure: "see `corelens COMMAND --help`" },
  FILE_UNREADABLE: {
    exit: 2,
    meaning: "a file cannot be opened or read",
    cure: "check the path and its permissions",
  },
  FILE_UNWRITABLE: {
    exit: 2,
    meaning: "a file cannot be written",
    cure: "check the directory, its permissions and the free space",
  },
  STATE_UNUSABLE: {
    exit: 2,
    meaning: "the state directory cannot be read or written",
    cure: "check its permissions and the free space, name another with --state, or use --no-state",
  },
  STATE_VERSION: {
    exit: 2,
    meaning: "a newer corelens wrote the state directory",
    cure: "use that version or a later one, or name another directory with --state",
  },
  STATE_IN_USE: {
    exit: 2,
    meaning: "another corelens writes to the state directory",
    cure: "stop it, or name another directory with --state; reading needs neither",
  },
  NOT_KEPT: {
    exit: 3,
    meaning: "what was asked for is not kept, or no longer",
    cure: "`corelens sql 'select * from kept'` shows what is kept, and since when",
  },
  SQL_UNAVAILABLE: {
    exit: 5,
    meaning: "history on disk and SQL need DuckDB, an optional dependency that is not installed",
    cure: "install it beside corelens: npm install @duckdb/node-api",
  },
  SQL_INVALID: {
    exit: 2,
    meaning: "the SQL has an error, or is not a query",
    cure: "docs/sql.md lists tables and columns, with examples",
  },
  SQL_LIMIT: {
    exit: 2,
    meaning: "the query needs more time or memory than allowed",
    cure: "narrow it, for example by time, or raise --memory or --timeout of `corelens sql`",
  },
  ELF_NOT_ELF: {
    exit: 2,
    meaning: "the file is not an ELF binary",
    cure: "name the executable itself, not a wrapper script or an archive",
  },
  ELF_UNSUPPORTED: {
    exit: 2,
    meaning: "corelens does not support the ELF file's class, byte order or machine",
    cure: "use a 64-bit little-endian binary for x86-64 or aarch64",
  },
  ELF_CORRUPT: {
    exit: 2,
    meaning: "the ELF file is inconsistent or truncated",
    cure: "copy or build the binary again",
  },
  ADDRESS_UNUSABLE: {
    exit: 2,
    meaning: "cannot listen on this address or port",
    cure: "choose another with --port or --listen",
  },
  TRACEPOINT_UNKNOWN: {
    exit: 2,
    meaning: "unknown tracepoint",
    cure: "`corelens list` shows the target's tracepoints",
  },
  LAYOUT_UNKNOWN: {
    exit: 2,
    meaning: "a tracepoint's arguments differ from those of every known Bitcoin Core release",
    cure: "`corelens trace` shows them as arg0, arg1, …; a contract file names them: --contract (docs/contract-files.md)",
  },
  CONTRACT_INVALID: {
    exit: 2,
    meaning: "invalid contract file",
    cure: "docs/contract-files.md describes the format, with an example",
  },
  FIELD_UNKNOWN: {
    exit: 2,
    meaning: "the tracepoint has no such field",
    cure: "`corelens list` shows the fields",
  },
  RECORDING_CORRUPT: {
    exit: 2,
    meaning: "the file is damaged or not a corelens recording",
    cure: "events before the damage can be read; `corelens info` shows details",
  },
  RECORDING_VERSION: {
    exit: 2,
    meaning: "a newer corelens wrote the recording",
    cure: "read it with the version that wrote it, or a later one",
  },
  RECORDING_UNKNOWN: {
    exit: 2,
    meaning: "the dashboard has no such recording, or has closed it",
    cure: "choose one on the page Recordings, or upload it again",
  },
  RECORDING_TOO_LARGE: {
    exit: 2,
    meaning: "the recording is too large to upload from a browser",
    cure: "copy it to the machine that runs corelens and name its directory with --recordings",
  },
  RECORDINGS_BUSY: {
    exit: 2,
    meaning: "too many recordings are open",
    cure: "close the page of one and try again after a minute",
  },
  UPLOAD_REFUSED: {
    exit: 2,
    meaning: "this dashboard does not accept uploads",
    cure: "copy the recording to the machine that runs corelens and name its directory with --recordings",
  },
  RESULT_INVALID: {
    exit: 2,
    meaning: "not a benchmark result, or too few common blocks",
    cure: "create both with `corelens block-benchmark START END --output FILE`, over the same heights",
  },
  QUERY_SYNTAX: {
    exit: 2,
    meaning: "syntax error in a query",
    cure: "docs/query.md describes the language",
  },
  QUERY_TYPE: {
    exit: 2,
    meaning: "a query does not fit the types of the tracepoint's fields",
    cure: "`corelens list` shows the fields with their types and units",
  },
  DECLARATION_INVALID: {
    exit: 2,
    meaning: "a program declares an invalid tracepoint",
    cure: "docs/declaring-tracepoints.md has the rules for names and arguments",
  },
  ARGUMENT_INVALID: {
    exit: 2,
    meaning: "a program passes a tracepoint a value of the wrong type",
    cure: "docs/declaring-tracepoints.md lists the values that each type accepts",
  },
  RPC_REFUSED: {
    exit: 2,
    meaning: "the node answered an RPC call with an error",
    cure: "see the node's message",
  },
  RPC_ANSWER_INVALID: {
    exit: 2,
    meaning: "the server's reply is not valid Bitcoin Core JSON-RPC",
    cure: "check the address: another server may listen there",
  },
  NO_TRACEPOINTS: {
    exit: 3,
    meaning: "neither the program nor any library it has loaded contains tracepoints",
    cure: "build the program with tracepoints (sys/sdt.h); `corelens list` accepts any program, library or pid",
  },
  NOT_ATTACHABLE: {
    exit: 3,
    meaning: "the file lists tracepoints but lacks their code or semaphores, as debug files do",
    cure: "name the program itself, or the pid of a process that runs it",
  },
  SITE_UNSAFE: {
    exit: 3,
    meaning:
      "the probe site is a five-byte nop, which this kernel replaces with a call that overwrites the function's own memory",
    cure: "build the program with a one-byte nop at its sites, or use another kernel (docs/declaring-tracepoints.md)",
  },
  NODE_NOT_FOUND: {
    exit: 3,
    meaning: "no running node found",
    cure: "start bitcoind, or name a pid, a pid file or a binary",
  },
  NODE_AMBIGUOUS: { exit: 3, meaning: "several nodes are running", cure: "name one by its pid" },
  PROCESS_GONE: {
    exit: 3,
    meaning: "no such process",
    cure: "check the pid; `corelens doctor` lists the nodes it finds",
  },
  RPC_UNREACHABLE: {
    exit: 3,
    meaning: "cannot connect to the node's RPC server",
    cure: "check that the node runs with server=1; docs/rpc.md describes how corelens finds it",
  },
  RPC_NOT_READY: {
    exit: 3,
    meaning: "the node is starting, stopping or too busy to answer",
    cure: "try again in a moment; `corelens state --watch 2s` waits for the node",
  },
  IPC_NOT_FOUND: {
    exit: 3,
    meaning: "no IPC socket found",
    cure: "start `bitcoin -m node` (Bitcoin Core v30 or later) with -ipcbind=unix, or name the socket with --socket",
  },
  IPC_FOREIGN: {
    exit: 3,
    meaning: "the IPC socket belongs to a different process than the traced node",
    cure: "leave --socket out, or name the traced node's socket; `corelens ipc status` shows its owner",
  },
  IPC_PROTOCOL: {
    exit: 2,
    meaning: "the peer on the socket does not speak Cap'n Proto RPC, or violates the protocol",
    cure: "check that the socket is the one of Bitcoin Core's -ipcbind",
  },
  IPC_CLOSED: {
    exit: 6,
    meaning: "the IPC connection ended",
    cure: "check that the node is still running",
  },
  IPC_CANCELLED: { exit: 6, meaning: "an IPC call was cancelled", cure: "call again" },
  IPC_REFUSED: {
    exit: 2,
    meaning: "the node refused an IPC call",
    cure: "see the node's message; with -debug=ipc its debug.log has details",
  },
  IPC_BUSY: {
    exit: 6,
    meaning: "the node is too busy to accept the IPC call",
    cure: "call again, with one call at a time per thread",
  },
  IPC_UNSUPPORTED: {
    exit: 5,
    meaning: "the node's IPC interface lacks this feature",
    cure: "`corelens ipc status` shows the available interfaces (docs/ipc.md)",
  },
  IPC_TOO_LARGE: {
    exit: 2,
    meaning: "a message exceeds the IPC limit of 64 MiB",
    cure: "request less at a time",
  },
  NO_PERMISSION: {
    exit: 4,
    meaning: "this user lacks the privileges to attach",
    cure: "run with sudo, or grant CAP_BPF and CAP_PERFMON (docs/privileges.md)",
  },
  RPC_NO_CREDENTIALS: {
    exit: 4,
    meaning: "the node's RPC credentials cannot be read",
    cure: "run with sudo or as the node's user, or start the node with -rpccookieperms=group (docs/rpc.md)",
  },
  RPC_UNAUTHORIZED: {
    exit: 4,
    meaning: "the node's RPC server rejected the user name or password",
    cure: "name the node's cookie file with --cookie, or its user with --rpc (docs/rpc.md)",
  },
  RPC_FORBIDDEN: {
    exit: 4,
    meaning: "the node's rpcwhitelist forbids a call to this user",
    cure: "add the line from docs/rpc.md to bitcoin.conf",
  },
  PLATFORM_UNSUPPORTED: {
    exit: 5,
    meaning: "tracing needs Linux on x86-64 or aarch64",
    cure: "`list` and `check` work everywhere; `corelens demo` shows simulated events",
  },
  KERNEL_UNSUPPORTED: {
    exit: 5,
    meaning: "this kernel lacks a required feature",
    cure: "use Linux 5.8 or later; `corelens doctor` shows details",
  },
  TRACER_CONFLICT: {
    exit: 5,
    meaning:
      "another tracer uses these tracepoints without their semaphores; Linux allows one semaphore per location",
    cure: "stop the other tracer; `corelens doctor` lists the tracers on this machine. BCC scripts conflict; bpftrace and libbpf do not",
  },
  KERNEL_REFUSED: {
    exit: 5,
    meaning: "the kernel refused a system call",
    cure: "`corelens doctor` checks what this machine allows",
  },
  PROGRAM_REJECTED: {
    exit: 5,
    meaning: "the kernel's verifier rejected a program",
    cure: "please report it with the printed log",
  },
  RECORD_CORRUPT: {
    exit: 6,
    meaning: "a record in the ring buffer does not match its layout",
    cure: "please report it",
  },
  TRACER_GONE: {
    exit: 6,
    meaning: "the privileged process ended before the command did",
    cure: "see its message above, if any",
  },
  OUTPUT_GONE: {
    exit: 6,
    meaning: "the output can no longer be written",
    cure: "check the free disk space or the reader of the pipe",
  },
} as const satisfies Readonly<Record<string, ErrorKind>>;

export type ErrorCode = keyof typeof ERRORS;

/** Why something failed or is unavailable, as plain data: for JSON and messages between processes. */
export interface Problem {
  readonly code: ErrorCode;
  /** What happened and why. */
  readonly message: string;
  /** What to do next. */
  readonly cure: string;
}

/** Thrown for every failure that a user, a file or the system can cause. `code` is stable. */
export class CorelensError extends Error implements Problem {
  override readonly name = "CorelensError";
  readonly code: ErrorCode;
  readonly cure: string;

  /**
   * @param message what happened and why, in one sentence that names its object
   * @param cure what to do next; the table's by default
   */
  constructor(
    code: ErrorCode,
    message: string,
    cure: string = ERRORS[code].cure,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.cure = cure;
  }

  /** The error for a problem that another process reported. */
  static from({ code, message, cure }: Problem): CorelensError {
    return new CorelensError(code, message, cure);
  }

  /** Without the stack and the cause. */
  get problem(): Problem {
    return { code: this.code, message: this.message, cure: this.cure };
  }

  get exitStatus(): number {
    return ERRORS[this.code].exit;
  }
}
