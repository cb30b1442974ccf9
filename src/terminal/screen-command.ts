import { CorelensError } from "../errors.ts";
import type { EventSource } from "../event/source.ts";
import type { ScreenTool } from "../text/screen/screen-tool.ts";
import { LEAVE } from "./screen.ts";
import { showLines } from "./show-lines.ts";
import { requireScreen, showScreen } from "./show-screen.ts";
import { SnapshotLines } from "./snapshot-lines.ts";
import { StreamClock } from "./stream-clock.ts";
import { runTool, type ToolNeeds, type ToolOptions } from "./tool-command.ts";

/** Runs a full-screen tool; with --json it prints lines. */
export async function runScreenTool(
  options: ToolOptions,
  needs: ToolNeeds,
  toolFor: (source: EventSource) => ScreenTool,
): Promise<void> {
  const { json } = options;
  if (!json) requireScreen();
  try {
    await runTool(options, needs, (source) => {
      const tool = toolFor(source);
      return json
        ? showLines(source, new SnapshotLines(tool), options)
        : showScreen(source, tool, new StreamClock(options), options);
    });
  } catch (error) {
    // A killed worker could not restore the terminal.
    const wasKilled = error instanceof CorelensError && error.code === "TRACER_GONE";
    if (wasKilled && !json) process.stdout.write(LEAVE);
    throw error;
  }
}
