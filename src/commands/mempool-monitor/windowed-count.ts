import { SlidingCount } from "../../util/sliding-count.ts";

/** Of which time something is shown. */
export const WINDOWS = ["total", "10 min", "1 min"] as const;
export type Window = (typeof WINDOWS)[number];

const SECONDS = { "10 min": 600, "1 min": 60 } as const;

/** How often something happened: since the beginning, and of late. */
export class WindowedCount {
  total = 0;
  readonly #recent = new SlidingCount(SECONDS["10 min"]);

  add(time: number): void {
    this.total++;
    this.#recent.add(time);
  }

  count(window: Window, now: number): number {
    return window === "total" ? this.total : this.#recent.sum(now, SECONDS[window]);
  }

  /** Per second. @param since when counting began, in milliseconds */
  rate(window: Window, now: number, since: number): number {
    if (window !== "total") return this.#recent.rate(now, since, SECONDS[window]);
    return this.total / Math.max(1, (now - since) / 1000);
  }
}
