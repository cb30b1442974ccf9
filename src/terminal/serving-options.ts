import { isIP } from "node:net";
import { InvalidArgumentError, Option } from "commander";
import { CorelensError } from "../errors.ts";

/** An address to listen at; `port` is null when it has none. */
export interface Listen {
  readonly host: string;
  readonly port: number | null;
}

const SERVING = "Serving options:";

/** @param byDefault the command's default port */
export function portOption(byDefault: string): Option {
  return new Option("-p, --port <port>", `the port to serve at (default: ${byDefault})`)
    .argParser(parsePort)
    .helpGroup(SERVING);
}

export const listenOption = new Option(
  "--listen <address>",
  "the address to serve at, or HOST:PORT; other machines need a token",
)
  .argParser(parseListen)
  .default({ host: "127.0.0.1", port: null } satisfies Listen, "127.0.0.1")
  .helpGroup(SERVING);

export const tokenOption = new Option("--token <text>", "the token that clients must send")
  .env("CORELENS_TOKEN")
  .helpGroup(SERVING);

export const allowAnyoneOption = new Option(
  "--allow-anyone",
  "serve every client that can reach the address, without a token",
).helpGroup(SERVING);

/** `0.0.0.0`, `0.0.0.0:9000`, `localhost:9000`, `:9000` for this machine only, `::1`, `[::1]:9000` */
export function parseListen(text: string): Listen {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const isAddress = isIP(text) !== 0;
  const plain = isAddress ? [text, text] : /^([^:\s]*)(?::(\d+))?$/.exec(text);
  const [, host, port] = bracketed ?? plain ?? [];
  if (
    host === undefined ||
    (bracketed && isIP(host) !== 6) ||
    (host === "" && port === undefined)
  ) {
    throw new InvalidArgumentError("An address is HOST or HOST:PORT: 0.0.0.0:9000, [::1]:9000");
  }
  return { host: host || "127.0.0.1", port: port === undefined ? null : parsePort(port) };
}

/**
 * The address of --listen and --port together.
 * @throws CorelensError USAGE if they name two ports
 */
export function servedAt(options: { readonly listen: Listen; readonly port?: number }): Listen {
  const { host, port } = options.listen;
  if (port !== null && options.port !== undefined && port !== options.port) {
    throw new CorelensError(
      "USAGE",
      `--listen names port ${port}, --port names ${options.port}`,
      "omit one of them",
    );
  }
  return { host, port: port ?? options.port ?? null };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InvalidArgumentError("A port is a whole number up to 65535; 0 means any free port.");
  }
  return port;
}
