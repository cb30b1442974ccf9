/** The objects that a command printed as lines of JSON, without the first line of the stream. */
// biome-ignore lint/suspicious/noExplicitAny: what the lines hold is what tests check
export function jsonLines(text: string): Record<string, any>[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .filter(({ tracepoint }) => tracepoint !== "corelens:stream");
}
