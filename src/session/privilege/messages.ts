import type { Rows } from "../../counting/group-map.ts";
import type { Problem } from "../../errors.ts";
import type { Cost } from "../../event/cost.ts";
import type { Notice } from "../../event/notice.ts";
import { parseTraceSettings, type TraceSettings } from "../../event/trace-settings.ts";
import type { User } from "../../kernel/privileges.ts";
import type { RpcAccess } from "../../node/rpc/access.ts";
import type { ReaderDescriptors } from "../../tracer/event-reader.ts";
import type { RecordLayout } from "../../tracer/record-layout.ts";

/**
 * The messages between the two processes of a command. The worker decodes data from the network, so the attacher
 * accepts only these messages from it and validates them. Trace settings hold names of tracepoints and ids of peers;
 * the attacher compiles all programs itself.
 */
export type FromAttacher =
  /** The descriptors were sent before, through the socket at DESCRIPTORS_SOCKET. */
  | {
      readonly type: "begin";
      readonly sizes: Omit<ReaderDescriptors, "ring" | "shared">;
      readonly user: User | null;
    }
  | { readonly type: "layouts"; readonly layouts: readonly RecordLayout[] }
  | { readonly type: "notice"; readonly notice: Notice }
  | { readonly type: "cost"; readonly cost: Cost | null }
  | { readonly type: "counts"; readonly counts: readonly (readonly Rows[])[] }
  | { readonly type: "detached" }
  | FromBroker;

/** Messages to a worker that only queries the node. */
export type FromBroker =
  | { readonly type: "become"; readonly user: User | null; readonly obstacle: Problem | null }
  | { readonly type: "rpc"; readonly access: RpcAccess }
  /** Carries a connection to the node's IPC socket as a handle. */
  | { readonly type: "ipc"; readonly path: string }
  /** The descriptor was sent before, through the socket at DESCRIPTORS_SOCKET. */
  | { readonly type: "file"; readonly path: string }
  | (Problem & { readonly type: "refused"; readonly kind: CredentialKind });

/** What a worker can request from the privileged process. */
export type CredentialKind = "rpc" | "ipc" | "file";

/** Requests without parameters. `suspend`: the user pressed Ctrl-Z. */
const SIMPLE_REQUESTS = ["cost?", "counts?", "detach", "rpc?", "ipc?", "suspend"] as const;

export type FromWorker =
  | { readonly type: (typeof SIMPLE_REQUESTS)[number] }
  /** The name of one of the command's files; the attacher opens no other. */
  | { readonly type: "file?"; readonly name: string | null }
  | { readonly type: "settings"; readonly settings: TraceSettings };

const MAX_NAME_LENGTH = 512;

/** Validates a worker's message; null when it is invalid. */
export function fromWorker(message: unknown): FromWorker | null {
  const given = (message ?? {}) as { type?: unknown; settings?: unknown; name?: unknown };
  if (given.type === "settings") {
    const settings = parseTraceSettings(given.settings);
    return settings && { type: "settings", settings };
  }
  if (given.type === "file?") {
    const { name } = given;
    const isName = name === null || (typeof name === "string" && name.length <= MAX_NAME_LENGTH);
    return isName ? { type: "file?", name } : null;
  }
  const type = SIMPLE_REQUESTS.find((request) => request === given.type);
  return type ? { type } : null;
}

/**
 * The number of the socket that a tracing worker inherits. It carries the descriptors of the ring buffer and of the shared
 * state before `begin`, then those of the output files that the attacher opens.
 */
export const DESCRIPTORS_SOCKET = 4;
/** The environment variable that marks a worker. */
export const WORKER_MARK = "CORELENS_WORKER";
/** Its values: the worker reads traced events, or only queries the node. */
export const TRACES = "1";
export const ASKS = "asks";
