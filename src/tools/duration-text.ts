const UNITS = [
  { name: "ns", ns: 1 },
  { name: "us", ns: 1e3 },
  { name: "ms", ns: 1e6 },
  { name: "s", ns: 1e9 },
] as const;

/** `812 us`, `61.2 ms`, `1.50 s`, `14 min 3 s`, `2 h 5 min`, `12 d 4 h`: three digits, as many as people read. */
export function durationText(ns: number): string {
  if (ns < 0) return `-${durationText(-ns)}`;
  const seconds = Math.round(ns / 1e9);
  if (seconds >= 86_400)
    return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
  if (seconds >= 3600)
    return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  // The largest unit of which there is one, after rounding: 999.6 us are 1.00 ms.
  const unit = UNITS.findLast((each) => ns / each.ns >= 0.9995) ?? UNITS[0];
  const value = ns / unit.ns;
  const digits = unit.ns === 1 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit.name}`;
}
