/** What `readelf -n` prints of a note of <sys/sdt.h>. */
export interface ReadelfNote {
  provider: string;
  name: string;
  location: number;
  base: number;
  semaphore: number;
  argumentText: string;
}

/** Picks the probes out of what `readelf -n` printed, with or without `-W`. */
export function parseReadelf(output: string): ReadelfNote[] {
  const note =
    /Provider: (.*)\n +Name: (.*)\n +Location: (\w+), Base: (\w+), Semaphore: (\w+)\n +Arguments: (.*)\n/g;
  return Array.from(
    output.matchAll(note),
    ([, provider, name, location, base, semaphore, text]) => ({
      provider: provider!,
      name: name!,
      location: Number(location),
      base: Number(base),
      semaphore: Number(semaphore),
      argumentText: text!,
    }),
  );
}

/** The part of `readelf -n`'s output on the section of probes. */
export function stapsdtSection(output: string): string {
  const start = output.indexOf("\nDisplaying notes found in: .note.stapsdt\n");
  const end = output.indexOf("\n\n", start + 1);
  return output.slice(start, end < 0 ? undefined : end + 1);
}
