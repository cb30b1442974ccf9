import type { Panel } from "./panel.ts";

export interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const NODE = 'instance=~"$instance"';
const COLUMNS = 24;
const HEIGHTS: Readonly<Record<Panel["type"], number>> = { stat: 4, timeseries: 8, heatmap: 8 };
const SOURCE = { type: "prometheus", uid: "$datasource" };

/** The dashboard as Grafana imports it. */
export function dashboardJson(name: string, { title, panels }: Dashboard): object {
  return {
    uid: `corelens-${name}`,
    title,
    tags: ["bitcoin", "corelens"],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: { list: variables() },
    links: [
      {
        type: "dashboards",
        title: "corelens",
        tags: ["corelens"],
        asDropdown: true,
        keepTime: true,
        includeVars: true,
      },
    ],
    panels: placed(panels),
  };
}

function variables(): object[] {
  return [
    { name: "datasource", type: "datasource", label: "Prometheus", query: "prometheus" },
    {
      name: "instance",
      type: "query",
      label: "node",
      datasource: SOURCE,
      query: "label_values(corelens_info, instance)",
      refresh: 2,
      includeAll: true,
      multi: true,
      current: { text: "All", value: "$__all" },
    },
  ];
}

/** Places panels from left to right, row by row. */
function placed(panels: readonly Panel[]): object[] {
  let x = 0;
  let y = 0;
  let height = 0;
  return panels.map((each, i) => {
    if (x + each.width > COLUMNS) {
      x = 0;
      y += height;
    }
    height = HEIGHTS[each.type];
    const gridPos = { x, y, w: each.width, h: height };
    x += each.width;
    return panelJson(each, i + 1, gridPos);
  });
}

function panelJson(
  { type, title, unit, queries, stack = false }: Panel,
  id: number,
  gridPos: object,
): object {
  const custom = { fillOpacity: stack ? 60 : 10, stacking: { mode: stack ? "normal" : "none" } };
  const targets = queries.map(([query, legend = ""], i) => ({
    refId: String.fromCharCode(65 + i),
    datasource: SOURCE,
    expr: query.replaceAll("@", NODE),
    legendFormat: legend || "__auto",
    ...(type === "heatmap" && { format: "heatmap" }),
  }));
  return {
    ...{ id, type, title, gridPos, targets, datasource: SOURCE },
    fieldConfig: {
      defaults: { unit, min: 0, ...(type === "timeseries" && { custom }) },
      overrides: [],
    },
    options: OPTIONS[type](unit),
  };
}

const OPTIONS = {
  timeseries: () => ({
    legend: { displayMode: "table", placement: "right", calcs: ["lastNotNull"] },
    tooltip: { mode: "multi", sort: "desc" },
  }),
  stat: () => ({
    reduceOptions: { calcs: ["lastNotNull"] },
    colorMode: "value",
    graphMode: "area",
  }),
  heatmap: (unit: string) => ({
    calculate: false,
    cellGap: 1,
    color: { mode: "scheme", scheme: "Oranges", steps: 64 },
    yAxis: { unit },
    legend: { show: true },
    tooltip: { mode: "single" },
  }),
};
