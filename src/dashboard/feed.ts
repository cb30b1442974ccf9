import type { StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import type { Hub } from "./hub.ts";
import { maskEvent } from "./masking.ts";

/** Passes events to a hub and its model, without addresses where these are hidden. @returns the events as they are shown */
export function feed(
  hub: Hub,
  events: readonly StreamEvent[],
  { kinds }: Pick<EventSource, "kinds">,
  isPrivate: boolean,
): readonly StreamEvent[] {
  hub.model.learn(kinds);
  hub.learn(kinds);
  const shown = isPrivate ? events.map(maskEvent) : events;
  for (const event of shown) hub.model.see(event);
  hub.see(shown);
  return shown;
}
