import { chosen, route, visit } from "./route.ts";

/** The recording that is looked at, by the server's id; null when it is what is live. */
export function lookedAt(): string | null {
  return chosen("recording");
}

export function lookAt(id: string): void {
  visit("/", { recording: id });
}

/** Back to what is live, on the same page. */
export function lookLive(): void {
  visit(route.value.path, { recording: null });
}
