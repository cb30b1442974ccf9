import type { Field } from "../contract/types.ts";
import { type DeclareOptions, type Tracepoint, tracepoints } from "../usdt/declare/index.ts";
import { layoutsOf, type SimulatedRelease } from "./layouts.ts";
import type { SimulatedEvent } from "./world.ts";

/** The simulated node's tracepoints as real ones of this process, for any tracer to attach to. */
export interface Probes {
  /** The shared object to point tracers to; null where tracepoints are not supported. */
  readonly file: string | null;
  /** Fires the event's tracepoint, if a tracer is attached to it. */
  fire(event: SimulatedEvent): void;
}

/**
 * Declares what a node of this release declares. Play events of the same release into `fire`.
 * @throws CorelensError as `tracepoints` does
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

/** Finds a field's value; the name of an enumeration becomes its number again. */
function encoder({ name, values }: Field): Encoder {
  if (values === undefined) return (args) => args[name]!;
  const numbers = new Map(Object.entries(values).map(([number, text]) => [text, Number(number)]));
  return (args) => {
    const value = args[name]!;
    return typeof value === "string" ? numbers.get(value)! : value;
  };
}
