import { simulate } from "../../src/simulate/simulation.ts";
import type { SimulatedEvent, SimulationOptions } from "../../src/simulate/world.ts";

/** The events of the first minutes. */
export function* firstMinutes(
  minutes: number,
  options: SimulationOptions,
): Generator<SimulatedEvent> {
  for (const event of simulate(options)) {
    if (event.at > minutes * 60_000) return;
    yield event;
  }
}
