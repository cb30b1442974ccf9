import { useSignal } from "@preact/signals";
import { STATISTICS, type Statistic } from "../../../src/dashboard/protocol/count.ts";
import type { Draft } from "../draft.ts";
import { Suggestions } from "./suggestions.tsx";
import { TextInput } from "./text-input.tsx";

interface CountFormProps {
  readonly draft: Draft;
  readonly onChange: (changed: Partial<Draft>) => void;
  /** Fields of the tracepoints that are shown. */
  readonly fields: readonly string[];
  readonly integers: readonly string[];
}

/** The inputs of a count: the fields to group by, the statistics and the histogram. */
export function CountForm({ draft, onChange, fields, integers }: CountFormProps) {
  // An added statistic is shown before it has a term.
  const added = useSignal<readonly Statistic[]>([]);
  const rows = STATISTICS.filter((name) => draft[name] !== "" || added.value.includes(name));
  const shown = rows.length > 0 ? rows : ["sum" as const];
  const free = STATISTICS.filter((name) => !shown.includes(name));
  const rename = (from: Statistic, to: Statistic): void => {
    added.value = [...added.value.filter((name) => name !== from), to];
    onChange({ [from]: "", [to]: draft[from] });
  };
  return (
    <div class="count">
      <Suggestions id="count-by" names={["tracepoint", ...fields, "tid", "cpu"]} />
      <Suggestions id="count-terms" names={[...integers, "fee / vsize"]} />
      <TextInput
        caption="by"
        list="count-by"
        maxLength={300}
        placeholder="tracepoint"
        value={draft.by}
        onText={(by) => onChange({ by })}
      />
      {shown.map((name) => (
        <div key={name} class="part">
          <select
            aria-label="Statistic"
            value={name}
            onChange={(event) => rename(name, event.currentTarget.value as Statistic)}
          >
            {[name, ...free].map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
          <TextInput
            list="count-terms"
            aria-label={`${name} of`}
            maxLength={300}
            placeholder="size, or fee / vsize"
            value={draft[name]}
            onText={(term) => {
              added.value = [...new Set([...added.value, name])];
              onChange({ [name]: term });
            }}
          />
          {name === shown.at(-1) && free.length > 0 && (
            <button
              type="button"
              class="plain"
              aria-label="Add a statistic"
              onClick={() => {
                added.value = [...shown, free[0]!];
              }}
            >
              +
            </button>
          )}
        </div>
      ))}
      <TextInput
        caption="histogram"
        list="count-terms"
        maxLength={300}
        placeholder="size, or size:0:1kB:100"
        value={draft.hist}
        onText={(hist) => onChange({ hist })}
      />
    </div>
  );
}
