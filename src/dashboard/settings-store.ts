import {
  DEFAULT_SETTINGS,
  MAX_PEERS_FOLLOWED,
  type TraceSettings,
} from "../event/trace-settings.ts";

/**
 * What all browsers together want of the trace. Where two contradict each other, the last word holds; that it does,
 * both learn from the stream.
 */
export class SettingsStore {
  readonly #steer: (steering: TraceSettings) => void;
  readonly #off = new Set<string>();
  #wanted = JSON.stringify(DEFAULT_SETTINGS);

  constructor(steer: (steering: TraceSettings) => void) {
    this.#steer = steer;
  }

  switch(tracepoint: string, isOn: boolean): void {
    if (isOn) this.#off.delete(tracepoint);
    else this.#off.add(tracepoint);
  }

  /**
   * Asks for what was changed since the last time. To be called with each tick: nobody can let it be done more often.
   * @param followed peers whose messages are wanted whole, the first of them if they are too many
   */
  settle(followed: readonly number[]): void {
    const peers = [...new Set(followed)].slice(0, MAX_PEERS_FOLLOWED).sort((a, b) => a - b);
    const steering = { off: [...this.#off].sort(), peers };
    const wanted = JSON.stringify(steering);
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#steer(steering);
  }
}
