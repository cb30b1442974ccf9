import { rounded } from "../../event/json.ts";
import { SlidingCount } from "../../util/sliding-count.ts";

/** Seconds over which rates are taken. */
const WINDOW = 10;

/** Messages in one direction and the bytes of their payloads. */
export interface FlowView {
  readonly messages: number;
  readonly bytes: number;
  /** Per second, over the last ten. */
  readonly messageRate: number;
  readonly byteRate: number;
}

export class Flow {
  messages = 0;
  bytes = 0;
  readonly #recentMessages = new SlidingCount(WINDOW);
  readonly #recentBytes = new SlidingCount(WINDOW);

  add(time: number, size: number): void {
    this.messages++;
    this.bytes += size;
    this.#recentMessages.add(time);
    this.#recentBytes.add(time, size);
  }

  /** @param since when counting began, in ms since the epoch */
  view(now: number, since: number): FlowView {
    return {
      messages: this.messages,
      bytes: this.bytes,
      messageRate: rounded(this.#recentMessages.rate(now, since), 3),
      byteRate: rounded(this.#recentBytes.rate(now, since), 3),
    };
  }
}
