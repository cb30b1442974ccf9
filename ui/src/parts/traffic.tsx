import type { Sections } from "../../../src/model/sections.ts";
import { byFamily, colourOf } from "../colours.ts";
import { byteMark, bytes, count, perSecond, printable, short } from "../format.ts";
import { chart } from "../live.ts";
import { choose, chosen } from "../route.ts";
import { type Area, Chart } from "./chart.tsx";
import { Choice } from "./choice.tsx";
import { TypeName } from "./mark.tsx";
import { Absent, Panel } from "./panel.tsx";
import { column, Table, type TableColumn } from "./table.tsx";

const UNITS = [
  ["bytes", "bytes"],
  ["count", "messages"],
] as const;

/** Messages of both directions: over time, and by type. */
export function Traffic({ traffic }: Pick<Sections["overview"], "traffic">) {
  const unit = chosen("traffic") === "count" ? "count" : "bytes";
  const types = traffic.types.map(({ type }) => type);
  const drawn = types.toSorted(byFamily);
  const areas = (direction: "in" | "out"): Area[] =>
    drawn.map((type) => ({
      label: type,
      colour: colourOf(type),
      column: `messages.${direction}.${unit}.${type}`,
    }));
  const sum = (direction: "in" | "out"): number =>
    traffic.types.reduce(
      (total, flows) => total + flows[direction][unit === "bytes" ? "byteRate" : "messageRate"],
      0,
    );
  const format = (value: number): string =>
    unit === "bytes" ? `${bytes(value)}/s` : `${short(value)}/s`;
  const label = `Messages by type: ${format(sum("in"))} inbound, ${format(sum("out"))} outbound`;
  return (
    <>
      <Panel
        title="P2P traffic"
        span={8}
        aside={
          <Choice
            label="Unit of traffic"
            options={UNITS}
            value={unit}
            onChoose={(name) => choose("traffic", name === "bytes" ? null : name)}
          />
        }
      >
        <p class="direction">
          ← inbound <b>{format(sum("in"))}</b>
        </p>
        <Chart
          excerpt={chart.value}
          up={areas("in")}
          down={areas("out")}
          format={unit === "bytes" ? byteMark : perSecond}
          height={296}
          label={label}
        />
        <p class="direction">
          → outbound <b>{format(sum("out"))}</b>
        </p>
      </Panel>
      <Panel title="Messages by type" span={4}>
        {types.length === 0 ? (
          <Absent>No messages seen yet.</Absent>
        ) : (
          <Table
            columns={COLUMNS}
            rows={traffic.types.slice(0, MAX_TYPES)}
            keyOf={({ type }) => type}
          />
        )}
      </Panel>
    </>
  );
}

const MAX_TYPES = 14;

type Flows = Sections["overview"]["traffic"]["types"][number];

const COLUMNS: readonly TableColumn<Flows>[] = [
  column("text", "type", ({ type }) => <TypeName type={printable(type)} colour={colourOf(type)} />),
  column("number", "← in", (flow) => count(flow.in.messages)),
  column("number", "→ out", (flow) => count(flow.out.messages)),
  column("number", "← bytes", (flow) => bytes(flow.in.bytes)),
  column("number", "→ bytes", (flow) => bytes(flow.out.bytes)),
];
