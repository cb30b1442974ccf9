import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { parseSize } from "./parse-option.ts";

export interface StateOptions {
  /** The directory; false when nothing is kept. */
  readonly state?: string | false;
  /** Bytes of all that is kept. */
  readonly keep: number;
}

const KEEPING = "History options:";
const DEFAULT_KEEP = "2GB";

export function addStateOptions(command: Command): Command {
  return command
    .addOption(stateOption)
    .addOption(new Option("--no-state", "keep history in memory only").helpGroup(KEEPING))
    .addOption(
      new Option("--keep <size>", "the maximum size of what is kept")
        .argParser(parseSize)
        .default(parseSize(DEFAULT_KEEP), DEFAULT_KEEP)
        .helpGroup(KEEPING),
    );
}

/** Where history is kept. */
export interface HistoryPlace {
  readonly directory: string;
  /** Whether the user chose it: an error then ends the command. */
  readonly isNamed: boolean;
  readonly maxBytes: number;
}

/** The place that the options name; null for memory only. Ask before privileges are dropped. */
export function historyPlace({ state, keep }: StateOptions): HistoryPlace | null {
  if (state === false) return null;
  return { directory: stateDirectory(state), isNamed: state !== undefined, maxBytes: keep };
}

/** Also of commands that only read it. */
export const stateOption = new Option(
  "--state <directory>",
  "the directory of what is kept (default: corelens in the user's or the service's state directory)",
)
  .env("CORELENS_STATE")
  .helpGroup(KEEPING);

/** @param named by the user */
export function stateDirectory(named: string | undefined): string {
  return named ?? defaultStateDirectory(process.env, process.getuid?.() ?? -1);
}

/**
 * The state directory of a service, of the user who called sudo, or of this user; of root it is /var/lib/corelens.
 * @param uid of this process
 */
function defaultStateDirectory(env: NodeJS.ProcessEnv, uid: number): string {
  const [ofService] = (env.STATE_DIRECTORY ?? "").split(":");
  if (ofService) return ofService;
  const caller = uid === 0 ? callerHome(env) : null;
  if (uid === 0 && caller === null) return "/var/lib/corelens";
  if (caller !== null) return join(caller, ".local/state/corelens");
  return join(env.XDG_STATE_HOME || join(homedir(), ".local/state"), "corelens");
}

/** The home of the user who called sudo; null if there is none. `alice:x:1000:1000:Alice:/home/alice:/bin/sh` */
function callerHome({ SUDO_UID }: NodeJS.ProcessEnv): string | null {
  if (!SUDO_UID || SUDO_UID === "0") return null;
  try {
    const users = readFileSync("/etc/passwd", "utf8").split("\n");
    const user = users.map((line) => line.split(":")).find((fields) => fields[2] === SUDO_UID);
    return user?.[5] || null;
  } catch {
    return null;
  }
}
