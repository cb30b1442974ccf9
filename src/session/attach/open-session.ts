import type { StreamEvent } from "../../event/notice.ts";
import { closeDescriptors, createDescriptors } from "../privilege/descriptors.ts";
import { TraceSession } from "./session.ts";
import { Tracing, type TracingRequest } from "./tracing.ts";

/**
 * Opens a session with both of its halves in this process.
 * @param ringSize bytes of the ring buffer, a power of two
 * @param latencyMs how long an event may wait for others under steady load
 * @throws CorelensError if the target is not found or cannot be attached to; nothing stays attached then
 */
export function openSession<Event extends StreamEvent>(
  request: TracingRequest,
  ringSize: number,
  latencyMs: number,
): TraceSession<Event> {
  const descriptors = createDescriptors(ringSize);
  let session: TraceSession<Event> | undefined;
  try {
    const tracing = new Tracing(request, descriptors, {
      onLayouts: (layouts) => session?.add(layouts),
      onNotice: (notice) => session?.report(notice),
    });
    session = new TraceSession(
      descriptors,
      {
        detach: async () => tracing.detach(),
        cost: async () => tracing.cost(),
        counts: async () => tracing.counts(),
        changeSettings: (settings) => tracing.changeSettings(settings),
        close: () => {
          tracing.close();
          closeDescriptors(descriptors);
        },
      },
      latencyMs,
    );
    tracing.start();
    return session;
  } catch (error) {
    if (session) void session.close();
    else closeDescriptors(descriptors);
    throw error;
  }
}
