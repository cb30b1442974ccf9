import { Command } from "commander";
import { CorelensError } from "../../errors.ts";
import { jsonDocument, jsonLine, streamLine } from "../../event/json.ts";
import type { Connector } from "../../node/ipc/connector.ts";
import { IpcCaller } from "../../node/ipc/ipc-caller.ts";
import type { FindAccess } from "../../node/rpc/access.ts";
import { type AddressedCaller, FallbackCaller } from "../../node/rpc/fallback-caller.ts";
import { HttpCaller } from "../../node/rpc/http-caller.ts";
import { STATE_CALLS, STATE_PARTS } from "../../node/state/calls.ts";
import type { NodeState, StatePart } from "../../node/state/node-state.ts";
import { RpcSource } from "../../node/state/rpc-source.ts";
import { StatePoller } from "../../node/state/state-poller.ts";
import { StateReader } from "../../node/state/state-reader.ts";
import { directConnector } from "../../session/privilege/ipc-access.ts";
import { directAccess } from "../../session/privilege/rpc-access.ts";
import { helpText } from "../../terminal/help-text.ts";
import { InPlace } from "../../terminal/in-place.ts";
import { socketOption } from "../../terminal/ipc-options.ts";
import { Output } from "../../terminal/output.ts";
import { parseDuration } from "../../terminal/parse-option.ts";
import { retireOption } from "../../terminal/retired-options.ts";
import { cookieOption, datadirOption, rpcOption } from "../../terminal/rpc-options.ts";
import { addTarget, type TargetOptions, withTarget } from "../../terminal/target-argument.ts";
import { runWithoutRights } from "../../terminal/without-rights.ts";
import { painter } from "../../text/paint.ts";
import { stateMembers } from "./state-json.ts";
import { stateLines } from "./state-lines.ts";

interface StateOptions extends TargetOptions {
  readonly rpc?: string;
  readonly cookie?: string;
  readonly datadir?: string;
  readonly socket?: string;
  readonly watch?: number;
  readonly json?: boolean;
}

export const command = retireOption(addTarget(new Command("state")), "w", "--watch TIME")
  .addOption(rpcOption)
  .addOption(cookieOption)
  .addOption(datadirOption)
  .addOption(socketOption)
  .option(
    "--watch <time>",
    "print the state at this interval, until interrupted: 2s",
    parseDuration,
  )
  .option("-j, --json", "print JSON, one object; with --watch, one object per line")
  .addHelpText(
    "after",
    helpText({
      notes: [
        "Needs no root if this user can read the cookie of the node. It calls only methods that read; docs/rpc.md lists them. Other users can see a password on the command line, but not in CORELENS_RPC=http://user:password@...",
      ],
      examples: [
        "corelens state --watch 2s",
        "corelens state --datadir /var/lib/bitcoind --json | jq '.peers[].user_agent'",
      ],
    }),
  )
  .action(
    withTarget(async (options: StateOptions) => {
      const { target, cookie: cookieFile, datadir: directory } = options;
      // The command line overrides the environment.
      const isNamed = [target, directory, options.socket].some((value) => value !== undefined);
      const url = options.rpc ?? (isNamed ? undefined : process.env.CORELENS_RPC);
      const find = directAccess({ target, url, cookieFile, directory });
      const connector = directConnector(options.socket, target);
      // These options can name another node than the one that a search for a socket finds.
      const isOther = [directory, url, cookieFile].some((value) => value !== undefined);
      if (options.socket !== undefined && (isOther || target !== undefined)) {
        throw new CorelensError("USAGE", "--socket already selects the node");
      }
      const found: readonly Way[] = isOther ? ["rpc"] : ["rpc", "ipc"];
      const access = options.socket === undefined ? found : (["ipc"] as const);
      process.exitCode = await runWithoutRights({
        access: { rpc: find, ipc: connector },
        prepare: async () => {},
        run: async (_, given) => {
          await showState(callerBy(access, given.rpc!, given.ipc!), options);
          return 0;
        },
      });
    }),
  );

type Way = "rpc" | "ipc";

function callerBy(access: readonly Way[], find: FindAccess, connector: Connector): AddressedCaller {
  const callers = access.map((way) =>
    way === "rpc" ? new HttpCaller(find) : new IpcCaller(connector),
  );
  const [first, second] = callers;
  return second ? new FallbackCaller(first!, second) : first!;
}

async function showState(caller: AddressedCaller, { json, watch }: StateOptions): Promise<void> {
  const output = new Output();
  const source = new RpcSource(caller);
  const text = (state: NodeState): string => `${lines(state).join("\n")}\n`;
  const lines = (state: NodeState): string[] => {
    const style = { paint: painter(output.hasColour), width: output.columns };
    return stateLines(state, caller.address, Date.now(), style);
  };
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => resolve());
  });
  try {
    if (watch === undefined) {
      const state = await Promise.race([new StateReader(source).read(STATE_PARTS), stopped]);
      if (state)
        await output.write(
          json ? jsonDocument(stateMembers(answered(state))) : text(answered(state)),
        );
    } else {
      const inPlace = output.isTerminal && !json ? new InPlace(process.stdout) : null;
      const show = async (state: NodeState): Promise<void> => {
        if (inPlace) inPlace.draw(lines(state));
        else if (json)
          await output.write(jsonLine("corelens:state", stateMembers(state), Date.now()));
        else await output.write(`${text(state)}\n`);
      };
      if (json) await output.write(streamLine("state"));
      await keepShowing(source, watch, show, stopped);
    }
  } finally {
    caller.close();
  }
}

/** @throws CorelensError the reason why the node does not answer */
function answered(state: NodeState): NodeState {
  const { problem } = state.availability;
  if (problem) throw CorelensError.from(problem);
  return state;
}

/** Runs until it is interrupted or the output closes. */
async function keepShowing(
  source: RpcSource,
  watchMs: number,
  show: (state: NodeState) => Promise<void>,
  stopped: Promise<void>,
): Promise<void> {
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const intervals = Object.fromEntries(
    STATE_PARTS.map((part) => [part, watchedEvery(part, watchMs)]),
  );
  const poller = new StatePoller(
    source,
    { onState: (state) => show(state).catch(fail) },
    { intervals },
  );
  poller.start();
  try {
    await Promise.race([stopped, failed]);
  } finally {
    poller.stop();
  }
}

/** The requested interval, or a longer one for parts that rarely change or are expensive for the node. */
function watchedEvery(part: StatePart, watchMs: number): number {
  const { everySeconds } = STATE_CALLS[part];
  return everySeconds > 10 ? Math.max(watchMs, everySeconds * 1000) : watchMs;
}
