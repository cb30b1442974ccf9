import {
  DEFAULT_SETTINGS,
  MAX_PEERS_FOLLOWED,
  type TraceSettings,
} from "../event/trace-settings.ts";

/**
 * The trace settings of all browsers together. The last command wins; all browsers see the result in the stream.
 */
export class SettingsStore {
  readonly #apply: (settings: TraceSettings) => void;
  readonly #off = new Set<string>();
  #applied = JSON.stringify(DEFAULT_SETTINGS);

  constructor(apply: (settings: TraceSettings) => void) {
    this.#apply = apply;
  }

  switch(tracepoint: string, isOn: boolean): void {
    if (isOn) this.#off.delete(tracepoint);
    else this.#off.add(tracepoint);
  }

  /**
   * Applies changes since the last call. Call at each tick, so that browsers cannot change the trace more often.
   * @param followed peers whose messages are recorded with payload; peers beyond the maximum are ignored
   */
  apply(followed: readonly number[]): void {
    const peers = [...new Set(followed)].slice(0, MAX_PEERS_FOLLOWED).sort((a, b) => a - b);
    const settings = { off: [...this.#off].sort(), peers };
    const text = JSON.stringify(settings);
    if (text === this.#applied) return;
    this.#applied = text;
    this.#apply(settings);
  }
}
