import type { Problem } from "../../src/dashboard/protocol/problem.ts";
import { fromWire } from "../../src/dashboard/protocol/wire.ts";

/** The answer of the API, or why there is none; null when the server cannot be reached. */
export type ApiAnswer<Value> = { readonly value: Value } | { readonly problem: Problem } | null;

export async function fetchJson<Value>(
  path: string,
  method: "GET" | "POST" = "GET",
): Promise<ApiAnswer<Value>> {
  try {
    const reply = await fetch(path, { method });
    const json = fromWire(await reply.json());
    return reply.ok ? { value: json as Value } : { problem: json as Problem };
  } catch {
    return null;
  }
}
