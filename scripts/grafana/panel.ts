/** A panel; `dashboard.ts` converts it to Grafana's JSON. */
export interface Panel {
  readonly type: "timeseries" | "stat" | "heatmap";
  readonly title: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** In columns; a dashboard has 24. */
  readonly width: number;
  readonly stack?: boolean;
}

/** Grafana's names of units. */
type Unit = "s" | "decbytes" | "Bps" | "reqps" | "short" | "percentunit" | "none";

/** In a query, `@` is replaced by the selector of the node; every query needs it. */
export type Query = readonly [query: string, legend?: string];

export function graph(title: string, unit: Unit, queries: readonly Query[]): Panel {
  return { type: "timeseries", title, unit, queries, width: 12 };
}

export function stacked(title: string, unit: Unit, queries: readonly Query[]): Panel {
  return { ...graph(title, unit, queries), stack: true };
}

export function stat(title: string, unit: Unit, query: string, width = 4): Panel {
  return { type: "stat", title, unit, queries: [[query]], width };
}

export function heatmap(title: string, unit: Unit, query: string): Panel {
  return { type: "heatmap", title, unit, width: 12, queries: [[query, "{{le}}"]] };
}
