import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** What those who read what is served have to know. Compared in constant time. */
export class AccessToken {
  readonly #digest: Buffer;

  constructor(text: string) {
    this.#digest = digest(text);
  }

  /** @param given null when there was none */
  accepts(given: string | null): boolean {
    return given !== null && timingSafeEqual(digest(given), this.#digest);
  }
}

/** `secret` of `Authorization: Bearer secret` */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | null {
  return /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? null;
}

/** Digests have one length, as comparing in constant time needs. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
