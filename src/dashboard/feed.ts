import type { StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import type { Hub } from "./hub.ts";
import { maskEvent } from "./masking.ts";

/** Lets a hub and its picture see events, without the addresses in them where these are hidden. */
export function feed(
  hub: Hub,
  events: readonly StreamEvent[],
  { kinds }: Pick<EventSource, "kinds">,
  isPrivate: boolean,
): void {
  hub.picture.learn(kinds);
  hub.learn(kinds);
  const shown = isPrivate ? events.map(maskEvent) : events;
  for (const event of shown) hub.picture.see(event);
  hub.see(shown);
}
