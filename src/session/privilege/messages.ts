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
 * What the two processes of a command say to each other. The worker decodes what strangers sent over the network,
 * so the attacher takes nothing from it but these words, and, where the command line allows it, names of tracepoints
 * and ids of peers (steering.ts): it compiles its programs itself.
 */
export type FromAttacher =
  | { readonly type: "begin"; readonly descriptors: ReaderDescriptors; readonly user: User | null }
  | { readonly type: "layouts"; readonly layouts: readonly RecordLayout[] }
  | { readonly type: "notice"; readonly notice: Notice }
  | { readonly type: "cost"; readonly cost: Cost | null }
  | { readonly type: "counts"; readonly counts: readonly (readonly Rows[])[] }
  | { readonly type: "detached" }
  | FromBroker;

/** What a command that only asks the node is told. */
export type FromBroker =
  | { readonly type: "become"; readonly user: User | null; readonly obstacle: Problem | null }
  | { readonly type: "rpc"; readonly access: RpcAccess }
  /** With a connection to the node's IPC socket as a handle. */
  | { readonly type: "ipc"; readonly path: string }
  /** Its descriptor was sent before, through the socket at FILES_DESCRIPTOR. */
  | { readonly type: "file"; readonly path: string }
  | (Problem & { readonly type: "refused"; readonly thing: "rpc" | "ipc" | "file" });

/** The worker's words that carry nothing. `suspend`: the user wants the shell back. */
const WORDS = ["cost?", "counts?", "detach", "rpc?", "ipc?", "suspend"] as const;

export type FromWorker =
  | { readonly type: (typeof WORDS)[number] }
  /** The name is as the command's files are called; the attacher opens no other. */
  | { readonly type: "file?"; readonly name: string | null }
  | { readonly type: "steer"; readonly steering: TraceSettings };

const LONGEST_NAME = 512;

/** The worker's message, or null for anything else it may have been made to send. */
export function fromWorker(message: unknown): FromWorker | null {
  const said = (message ?? {}) as { type?: unknown; steering?: unknown; name?: unknown };
  if (said.type === "steer") {
    const steering = parseTraceSettings(said.steering);
    return steering && { type: "steer", steering };
  }
  if (said.type === "file?") {
    const { name } = said;
    const isName = name === null || (typeof name === "string" && name.length <= LONGEST_NAME);
    return isName ? { type: "file?", name } : null;
  }
  const type = WORDS.find((word) => word === said.type);
  return type ? { type } : null;
}

/** What a worker inherits: its number among the descriptors, its name among the environment's variables. */
export const RING_DESCRIPTOR = 4;
export const SHARED_DESCRIPTOR = 5;
/** Through which the attacher hands over the files that the worker writes. */
export const FILES_DESCRIPTOR = 6;
export const WORKER_MARK = "CORELENS_WORKER";
/** The variable's values: the worker reads what is traced, or only asks the node. */
export const TRACES = "1";
export const ASKS = "asks";
