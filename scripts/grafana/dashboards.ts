import { BLOCKS } from "./blocks.ts";
import { CONNECTIONS } from "./connections.ts";
import { dashboardJson } from "./dashboard.ts";
import { MEMPOOL } from "./mempool.ts";
import { OVERVIEW } from "./overview.ts";
import { TRAFFIC } from "./traffic.ts";
import { UTXOCACHE } from "./utxocache.ts";

const DASHBOARDS = {
  overview: OVERVIEW,
  traffic: TRAFFIC,
  blocks: BLOCKS,
  mempool: MEMPOOL,
  utxocache: UTXOCACHE,
  connections: CONNECTIONS,
};

/** The files in packaging/grafana/ by their path. */
export function dashboards(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(DASHBOARDS).map(([name, dashboard]) => [
      `packaging/grafana/${name}.json`,
      `${JSON.stringify(dashboardJson(name, dashboard), null, 2)}\n`,
    ]),
  );
}
