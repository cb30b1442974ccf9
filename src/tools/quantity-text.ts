/** Numbers as people read them: three digits that count, a unit that fits. */

/** `12,345` */
export function groupedText(integer: number | bigint): string {
  return String(integer).replace(/\B(?=(\d{3})+$)/g, ",");
}

const PREFIXES = ["", "k", "M", "G", "T", "P"] as const;

/** `45.1 MvB`, `999 B`, by thousands. */
export function scaledText(value: number, unit: string): string {
  let scaled = value;
  let steps = 0;
  // From here on three digits round up to the next prefix.
  while (scaled >= 999.5 && steps < PREFIXES.length - 1) {
    scaled /= 1000;
    steps++;
  }
  return `${threeDigits(scaled)} ${PREFIXES[steps]}${unit}`;
}

/** `0.12`, `1.23`, `12.3`, `123` */
export function threeDigits(value: number): string {
  if (value === 0 || value >= 99.95) return String(Math.round(value));
  return String(Number(value.toFixed(value >= 9.995 ? 1 : 2)));
}

const SPANS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

/** `3 d 4 h`, `12 min`, `45 s`: the largest unit, and the next below days and hours. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const at = SPANS.findIndex(([, length]) => whole >= length);
  const [unit, length] = SPANS[at === -1 ? SPANS.length - 1 : at]!;
  const first = `${Math.floor(whole / length)} ${unit}`;
  const next = unit === "d" || unit === "h" ? SPANS[at + 1] : undefined;
  const rest = next ? Math.floor((whole % length) / next[1]) : 0;
  return next && rest > 0 ? `${first} ${rest} ${next[0]}` : first;
}
