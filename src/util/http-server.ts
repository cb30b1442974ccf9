import { isIP } from "node:net";
import { CorelensError } from "../errors.ts";

const LOCAL: ReadonlySet<string> = new Set(["localhost"]);

/**
 * Whether the header Host names this server. A page of another site can bind its own name to this address and then has
 * the same origin (DNS rebinding), so only IP addresses and names that are surely ours are accepted.
 * @param names in lower case, without a port
 */
export function isOwnHost(host: string | undefined, names = LOCAL): boolean {
  const name = (host ?? "").toLowerCase().replace(/:\d+$/, "");
  return isIP(name.replace(/^\[|\]$/g, "")) !== 0 || names.has(name);
}

/** `http://[::1]:8480` */
export function addressOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The error ADDRESS_UNUSABLE of a server that cannot listen. */
export function cannotListen(host: string, port: number, cause: unknown): CorelensError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const text = `cannot listen at ${host}, port ${port}: ${code ?? message}`;
  return new CorelensError("ADDRESS_UNUSABLE", text, undefined, { cause });
}
