import { SCHEMA } from "#src/node/ipc/schema/all.js";
import { commandsDocument } from "./commands-document.ts";
import { coverageDocument } from "./coverage-document.ts";
import { errorsDocument } from "./errors-document.ts";
import { eventSchema } from "./event-schema.ts";
import { glossaryDocument } from "./glossary-document.ts";
import { dashboards } from "./grafana/dashboards.ts";
import { ipcSchema } from "./ipc-schema.ts";
import { logDocument } from "./log-document.ts";
import { metricsDocument } from "./metrics-document.ts";
import { tablesDocument } from "./tables-document.ts";
import { tracepointsDocument } from "./tracepoints-document.ts";

/** Every file that is written from the tables in `src/`: its text by its path. */
export function documents(): Readonly<Record<string, string>> {
  return {
    "docs/tracepoints.md": tracepointsDocument(),
    "docs/events.schema.json": eventSchema(),
    "docs/ipc.capnp": ipcSchema(SCHEMA),
    "docs/commands.md": commandsDocument(),
    "docs/coverage.md": coverageDocument(),
    "docs/errors.md": errorsDocument(),
    "docs/glossary.md": glossaryDocument(),
    "docs/log.md": logDocument(),
    "docs/metrics.md": metricsDocument(),
    "docs/tables.md": tablesDocument(),
    ...dashboards(),
  };
}
