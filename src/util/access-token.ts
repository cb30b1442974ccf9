import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** The secret that a client of a server must send. Compared in constant time. */
export class AccessToken {
  readonly #digest: Buffer;

  constructor(text: string) {
    this.#digest = digest(text);
  }

  /** @param given the client's token; null if it sent none */
  accepts(given: string | null): boolean {
    return given !== null && timingSafeEqual(digest(given), this.#digest);
  }
}

/** `secret` of `Authorization: Bearer secret` */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | null {
  return /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? null;
}

/** Comparison in constant time needs equal lengths, which digests have. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
