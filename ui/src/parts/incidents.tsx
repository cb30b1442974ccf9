import "./incidents.css";
import type { Incident, IncidentObject } from "../../../src/model/incidents/incident.ts";
import { INCIDENT_KINDS } from "../../../src/model/incidents/kinds.ts";
import { clock, printable } from "../format.ts";
import { addressOf, open } from "../route.ts";
import { Link } from "./link.tsx";
import { Mark } from "./mark.tsx";
import { Absent, Panel } from "./panel.tsx";

/** What happened to the node and to its trace, newest first. */
export function Incidents({ incidents }: { readonly incidents: readonly Incident[] }) {
  return (
    <Panel title="What happened" span={12}>
      {incidents.length === 0 ? (
        <Absent>Nothing unusual has happened since tracing began.</Absent>
      ) : (
        <ol class="incidents">
          {incidents.map((incident) => (
            <Row key={incident.id} {...incident} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Row({ kind, severity, begin, end, text, object }: Incident) {
  const { meaning, action } = INCIDENT_KINDS[kind];
  const target = object && targetOf(object);
  return (
    <li>
      <time>{clock(begin)}</time>
      <Mark status={severity} />
      <span title={`${meaning} ${action}`}>
        {printable(text)}
        {end === null && <em> goes on</em>}
        {target && (
          <>
            {" "}
            <Link
              href={addressOf(target.path, target.choices)}
              onOpen={() => open(target.choices, target.path)}
            >
              {target.name}
            </Link>
          </>
        )}
      </span>
    </li>
  );
}

/** Where a page shows the object; null when none does. */
function targetOf({ kind, id }: IncidentObject) {
  switch (kind) {
    case "block":
      return { name: "block", path: "/blocks", choices: { block: String(id) } };
    case "peer":
      return { name: "peer", path: "/peers", choices: { peer: String(id) } };
    case "tracepoint":
      return { name: "tracepoints", path: "/tracepoints", choices: {} };
    default:
      return null;
  }
}
