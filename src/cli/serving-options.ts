import { InvalidArgumentError, Option } from "commander";

/** For whom something is served: the same wherever something is. */
export const listenOption = new Option(
  "--listen <address>",
  "for whom: any but this machine needs a token",
).default("127.0.0.1");

/** @param meaning who has to know the token */
export function tokenOption(meaning: string): Option {
  return new Option("--token <text>", meaning).env("CORELENS_TOKEN");
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InvalidArgumentError("A port is a whole number up to 65535; 0 is any free one.");
  }
  return port;
}
