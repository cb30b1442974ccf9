import { chosen, route, visit } from "./route.ts";

/** The id of the recording in the address; null for the live subject. */
export function openRecording(): string | null {
  return chosen("recording");
}

export function showRecording(id: string): void {
  visit("/", { recording: id });
}

/** Goes back to the live subject on the same page. */
export function showLive(): void {
  visit(route.value.path, { recording: null });
}
