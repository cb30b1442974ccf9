import type { Field } from "../contract/types.ts";
import { type DeclareOptions, type Tracepoint, tracepoints } from "../usdt/declare/index.ts";
import { layoutsOf, type SimulatedRelease } from "./layouts.ts";
import type { SimulatedEvent } from "./world.ts";

/** Real tracepoints of this process that correspond to those of the simulated node. Any tracer can attach to them. */
export interface Probes {
  /** The shared object that tracers read; null if tracepoints are not supported. */
  readonly file: string | null;
  /** Fires the event's tracepoint if a tracer is attached to it. */
  fire(event: SimulatedEvent): void;
}

/**
 * Declares the tracepoints of a node of this release. Pass only events of the same release to `fire`.
 * @throws CorelensError like `tracepoints`
 */
export function declareProbes(release: SimulatedRelease, options: DeclareOptions = {}): Probes {
  const layouts = layoutsOf(release);
  const types = [...layouts].map(([name, fields]) => [name, fields.map(({ type }) => type)]);
  const declared: Readonly<Record<string, Tracepoint>> = tracepoints(
    Object.fromEntries(types),
    options,
  );
  const encoders = new Map([...layouts].map(([name, fields]) => [name, fields.map(encoder)]));
  return {
    file: Object.values(declared)[0]?.file ?? null,
    fire({ tracepoint, args }) {
      const probe = declared[tracepoint]!;
      if (probe.active()) probe(...encoders.get(tracepoint)!.map((encode) => encode(args)));
    },
  };
}

type Encoder = (args: SimulatedEvent["args"]) => SimulatedEvent["args"][string];

/** Returns a function that finds a field's value and turns the name of an enumeration into its number. */
function encoder({ name, values }: Field): Encoder {
  if (values === undefined) return (args) => args[name]!;
  const numbers = new Map(Object.entries(values).map(([number, text]) => [text, Number(number)]));
  return (args) => {
    const value = args[name]!;
    return typeof value === "string" ? numbers.get(value)! : value;
  };
}
