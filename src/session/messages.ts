import type { User } from "../kernel/privileges.ts";
import type { ReaderDescriptors } from "../tracer/event-reader.ts";
import type { RecordLayout } from "../tracer/record-layout.ts";
import type { Cost } from "./cost-meter.ts";
import type { Notice } from "./notice.ts";

/**
 * What the two processes of a command say to each other. The worker decodes what strangers sent over the network,
 * so the attacher takes nothing from it but these words: it compiles its programs from its own command line.
 */
export type FromAttacher =
  | { readonly type: "begin"; readonly descriptors: ReaderDescriptors; readonly user: User | null }
  | { readonly type: "layouts"; readonly layouts: readonly RecordLayout[] }
  | { readonly type: "notice"; readonly notice: Notice }
  | { readonly type: "cost"; readonly cost: Cost | null }
  | { readonly type: "detached" };

export type FromWorker = { readonly type: (typeof FROM_WORKER)[number] };

/** `suspend`: the user wants the shell back. */
const FROM_WORKER = ["cost?", "detach", "suspend"] as const;

/** The worker's message, or null for anything else it may have been made to send. */
export function fromWorker(message: unknown): FromWorker | null {
  const type = (message as { type?: unknown } | null)?.type;
  const known = FROM_WORKER.find((each) => each === type);
  return known === undefined ? null : { type: known };
}

/** What a worker inherits: its number among the descriptors, its name among the environment's variables. */
export const RING_DESCRIPTOR = 4;
export const SHARED_DESCRIPTOR = 5;
export const WORKER_MARK = "CORELENS_WORKER";
