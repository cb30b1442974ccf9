import type { StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";

/** The same source; `see` gets each batch before its reader does. */
export function tappedSource(
  source: EventSource,
  see: (events: readonly StreamEvent[]) => void,
): EventSource {
  async function* batches(): AsyncGenerator<StreamEvent[]> {
    for await (const events of source.batches()) {
      see(events);
      yield events;
    }
  }
  return {
    get kinds() {
      return source.kinds;
    },
    batches,
    ...(source.isTraced !== undefined && { isTraced: source.isTraced }),
    tallies: () => source.tallies(),
    cost: () => source.cost(),
    ...(source.changeSettings && { changeSettings: source.changeSettings.bind(source) }),
    stop: () => source.stop(),
    close: () => source.close(),
  };
}
