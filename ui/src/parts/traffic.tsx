import type { Sections } from "../../../src/model/sections.ts";
import { byFamily, colourOf } from "../colours.ts";
import { byteMark, bytes, count, mark, printable, short } from "../format.ts";
import { chart } from "../live.ts";
import { choose, chosen } from "../route.ts";
import { type Area, Chart } from "./chart.tsx";
import { Choice } from "./choice.tsx";
import { Heading } from "./heading.tsx";
import { TypeName } from "./mark.tsx";
import { Absent, Panel } from "./panel.tsx";

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
          format={unit === "bytes" ? byteMark : (value) => `${mark(value)}/s`}
          height={296}
          label={label}
        />
        <p class="direction">
          → outbound <b>{format(sum("out"))}</b>
        </p>
      </Panel>
      <Panel title="Messages by type" span={4}>
        {types.length === 0 ? <Absent>No messages seen yet.</Absent> : <Types traffic={traffic} />}
      </Panel>
    </>
  );
}

const MAX_TYPES = 14;

function Types({ traffic }: Pick<Sections["overview"], "traffic">) {
  const types = traffic.types.slice(0, MAX_TYPES);
  return (
    <table>
      <thead>
        <tr>
          <Heading title="type" />
          <Heading title="← in" class="number" />
          <Heading title="→ out" class="number" />
          <Heading title="← bytes" class="number" />
          <Heading title="→ bytes" class="number" />
        </tr>
      </thead>
      <tbody>
        {types.map((flow) => (
          <tr key={flow.type}>
            <td>
              <TypeName type={printable(flow.type)} colour={colourOf(flow.type)} />
            </td>
            <td class="number">{count(flow.in.messages)}</td>
            <td class="number">{count(flow.out.messages)}</td>
            <td class="number">{bytes(flow.in.bytes)}</td>
            <td class="number">{bytes(flow.out.bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
