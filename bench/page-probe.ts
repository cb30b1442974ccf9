/*
 * Runs in a page of the dashboard: counts its frames and the tasks that delayed them. `probe` must stand alone, because
 * the browser gets its source.
 */

export interface Frames {
  readonly frames: number;
  /** The duration of each task longer than 50 ms. */
  readonly longTasks: readonly number[];
  readonly seconds: number;
}

/** What `probe` puts into the page. */
export interface PageProbe {
  /** Milliseconds until the first content was drawn. */
  firstPaint: number | null;
  /** What happened since the last call. */
  take(): Frames;
}

interface ProbedPage {
  readonly requestAnimationFrame: (callback: () => void) => void;
  readonly PerformanceObserver: new (
    callback: (list: { getEntries(): readonly Entry[] }) => void,
  ) => { observe(options: { readonly type: string; readonly buffered?: boolean }): void };
  probe: PageProbe;
}

interface Entry {
  readonly name: string;
  readonly duration: number;
  readonly startTime: number;
}

export function probe(): void {
  const page = globalThis as unknown as ProbedPage;
  let frames = 0;
  let since = performance.now();
  let longTasks: number[] = [];
  const frame = (): void => {
    frames++;
    page.requestAnimationFrame(frame);
  };
  page.requestAnimationFrame(frame);
  const record: PageProbe = {
    firstPaint: null,
    take() {
      const now = performance.now();
      const taken = { frames, longTasks, seconds: (now - since) / 1000 };
      [frames, since, longTasks] = [0, now, []];
      return taken;
    },
  };
  page.probe = record;
  new page.PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: "longtask" });
  new page.PerformanceObserver((list) => {
    const paint = list.getEntries().find(({ name }) => name === "first-contentful-paint");
    if (paint) record.firstPaint = paint.startTime;
  }).observe({ type: "paint", buffered: true });
}
