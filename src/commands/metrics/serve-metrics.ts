import { Collector } from "../../metrics/collector.ts";
import { MetricsServer, type MetricsServerOptions } from "../../metrics/server.ts";
import { METRIC_STATE_PARTS } from "../../metrics/table/table.ts";
import type { FindAccess } from "../../node/rpc/access.ts";
import type { StateChange } from "../../node/state/problems.ts";
import type { TraceSession } from "../../session/attach/session.ts";
import { pollState } from "../../terminal/poll-state.ts";
import { ServingReport, servingText } from "../../terminal/serving-report.ts";
import { errorText } from "../../text/error-text.ts";
import { version } from "../../version.ts";

/**
 * Serves metrics until a signal ends it.
 * @param session null if nothing can be traced
 * @param find access to the node's RPC server; null when RPC is off
 * @returns the exit status
 */
export async function serveMetrics(
  session: TraceSession | null,
  find: FindAccess | null,
  options: MetricsServerOptions,
): Promise<number> {
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      stopped.abort();
      void session?.stop();
    });
  }
  const collector = new Collector(session, version(), session && (() => session.counts()));
  const server = new MetricsServer(options, () => collector.collect());
  let stopAsking = (): void => {};
  try {
    process.stdout.write(servingText("Metrics", await server.listen(), options.listen));
    stopAsking = pollState(find, METRIC_STATE_PARTS, (state) =>
      printChange(collector.setState(state)),
    );
    if (session) await collectFrom(session, collector);
    else await untilAborted(stopped.signal);
    return 0;
  } finally {
    server.close();
    stopAsking();
    await session?.close();
  }
}

async function collectFrom(session: TraceSession, collector: Collector): Promise<void> {
  const report = new ServingReport(session);
  for await (const events of session.batches()) {
    collector.see(events, Date.now());
    report.see(events);
  }
  await report.end();
}

/** Prints each problem once, for the journal of a service. */
function printChange({ problems, isBack }: StateChange): void {
  if (isBack) process.stderr.write("corelens: the node replies again\n");
  for (const problem of problems) process.stderr.write(errorText(problem));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  // The server keeps the process alive.
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}
