import { streamLine } from "../event/json.ts";

let command = "corelens";

/** Names the command that runs, for the first line of the stream that it may print. */
export function setRunningCommand(name: string): void {
  command = name;
}

/** The first line of every JSON stream. */
export function firstJsonLine(): string {
  return streamLine(command);
}
