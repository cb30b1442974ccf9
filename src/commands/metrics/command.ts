import { Command } from "commander";
import { CorelensError } from "../../errors.ts";
import { Collector } from "../../metrics/collector.ts";
import type { MetricsServerOptions } from "../../metrics/server.ts";
import { COUNTS, countRequest, STREAMED, streamedFields } from "../../metrics/table/table.ts";
import type { FindAccess } from "../../node/rpc/access.ts";
import type { TracingRequest } from "../../session/attach/tracing.ts";
import { requestRpcAccess } from "../../session/privilege/rpc-access.ts";
import { findObstacle } from "../../terminal/find-obstacle.ts";
import { helpText } from "../../terminal/help-text.ts";
import { Output } from "../../terminal/output.ts";
import { printNote } from "../../terminal/print-note.ts";
import { contractOption, fromOption, latencyOption } from "../../terminal/reader-options.ts";
import { accessOf, addRpcOptions, type RpcOptions } from "../../terminal/rpc-options.ts";
import { isAskingWorker, isWorker, runSession } from "../../terminal/run-session.ts";
import {
  allowAnyoneOption,
  type Listen,
  listenOption,
  portOption,
  servedAt,
  tokenOption,
} from "../../terminal/serving-options.ts";
import { addTarget, withTarget } from "../../terminal/target-argument.ts";
import { waitForTarget } from "../../terminal/wait-for-target.ts";
import { runWithoutRights } from "../../terminal/without-rights.ts";
import { isLoopback } from "../../util/loopback.ts";
import { version } from "../../version.ts";
import { serveMetrics } from "./serve-metrics.ts";

interface MetricsOptions extends RpcOptions {
  readonly from?: string;
  readonly port?: number;
  readonly listen: Listen;
  readonly token?: string;
  readonly allowAnyone?: boolean;
  readonly latency: number;
  readonly connectionTypes?: boolean;
}

/** The default port. */
const USUAL_PORT = 9332;
/** For rare events only: a block removes some thousand transactions of 100 bytes at once. */
const RING_SIZE = 4 << 20;

export const command = addRpcOptions(
  addTarget(new Command("metrics"))
    .addOption(fromOption)
    .option(
      "--connection-types",
      "also count messages by connection type: twice the cost per message",
    )
    .addOption(portOption(String(USUAL_PORT)))
    .addOption(listenOption)
    .addOption(tokenOption)
    .addOption(allowAnyoneOption)
    .addOption(latencyOption)
    .addOption(contractOption),
)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "The kernel counts messages and coins. Other metrics come from rare events and, every few seconds, from the node's RPC server. A metric without its source has no series. The serving process has no privileges.",
        "docs/metrics.md lists all metrics. docs/operations.md has a service, a scrape configuration, alerts and dashboards.",
      ],
      examples: [
        "sudo CORELENS_TOKEN=... corelens metrics --listen 0.0.0.0",
        "corelens metrics --from node.corelens     print the metrics at its end",
      ],
    }),
  )
  .action(
    withTarget(async (options: MetricsOptions) => {
      if (options.from !== undefined) {
        process.exitCode = await printRecorded(options.from);
        return;
      }
      const served = servedBy(options);
      const find = accessOf(options);
      const fromAttacher = find && requestRpcAccess;
      const obstacle = isWorker() ? null : await findObstacle();
      if (obstacle || isAskingWorker()) {
        process.exitCode = await serveWithoutTracing(obstacle, find, served);
        return;
      }
      const session = {
        ringSize: RING_SIZE,
        latencyMs: options.latency,
        ...(find && { rpc: find }),
        request: async (printNote: Parameters<typeof waitForTarget>[2]) => {
          const request = requestOf(options);
          const counted = request.counts?.flatMap(({ patterns }) => patterns) ?? [];
          await waitForTarget(options.target, [...STREAMED, ...counted], printNote);
          return request;
        },
      };
      process.exitCode = await runSession(session, (source) =>
        serveMetrics(source, fromAttacher, served),
      );
    }),
  );

function requestOf({ target, connectionTypes = false }: MetricsOptions): TracingRequest {
  return {
    target,
    oneNode: true,
    events: { patterns: STREAMED, fields: streamedFields(), where: null, anyOf: true },
    counts: COUNTS.map((count) => countRequest(count, connectionTypes)),
  };
}

/** Serves the metrics that need no events. Only the parent of a worker prints the obstacle. */
async function serveWithoutTracing(
  obstacle: CorelensError | null,
  find: FindAccess | null,
  served: MetricsServerOptions,
): Promise<number> {
  if (obstacle) {
    printNote(
      `Tracing does not work: ${obstacle.message}.\n  → ${obstacle.cure}\n` +
        `Only ${find ? "metrics from RPC and of corelens itself" : "metrics of corelens itself"} are served.\n`,
    );
  }
  return runWithoutRights({
    access: { rpc: find, ipc: null },
    prepare: async () => {},
    run: (_, { rpc }) => serveMetrics(null, rpc, served),
  });
}

/** @throws CorelensError USAGE */
function servedBy(options: MetricsOptions): MetricsServerOptions {
  const { token, allowAnyone } = options;
  const { host, port } = servedAt(options);
  if (token === undefined && !isLoopback(host) && !allowAnyone) {
    throw new CorelensError(
      "USAGE",
      `other machines can reach ${host}, and metrics reveal information about a node`,
      "give a token in CORELENS_TOKEN, which Prometheus sends as its credentials, or --allow-anyone",
    );
  }
  return { listen: host, port: port ?? USUAL_PORT, token: token ?? null };
}

/** Prints a recording's metrics, as a scrape at its end would return them. */
async function printRecorded(path: string): Promise<number> {
  const { withRecording } = await import("../../terminal/with-recording.ts");
  return withRecording(path, "max", null, async (source) => {
    const collector = new Collector(source, version(), null);
    for await (const events of source.batches()) collector.see(events, events.at(-1)?.time ?? 0);
    await new Output().write(await collector.collect());
    return 0;
  });
}
