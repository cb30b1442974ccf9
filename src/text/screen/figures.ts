/** Short figures for screens that update. */

/** `0`, `812`, `9999`, `12.3k`, `4.56M`: at most five columns below 1000 G. */
export function countText(count: number): string {
  return count < 10_000 ? String(Math.round(count)) : scaled(count).join("");
}

/** `0 B`, `812 B`, `1.23 kB`, `45.6 MB`: at most seven columns. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const [figure, unit] = scaled(bytes);
  return `${figure} ${unit}B`;
}

/** Per second: `0`, `0.05`, `8.2`, `812`, `12.3k`. */
export function rateText(rate: number): string {
  if (rate === 0) return "0";
  if (rate < 0.995) return rate.toFixed(2);
  return rate < 9.95 ? rate.toFixed(1) : countText(rate);
}

/** `12s`, `3m04s`, `2h11m`, `5d03h`: at most six columns below 100 days. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds}s`;
  if (hours === 0) return `${minutes}m${two(seconds % 60)}s`;
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** Local time: `07:33:08`. @param digits of the fraction of a second */
export function timeText(ms: number, digits = 0): string {
  const date = new Date(ms);
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const part = String(Math.floor((ms % 1000) * 1000)).padStart(6, "0");
  return digits === 0 ? seconds : `${seconds}.${part.slice(0, digits)}`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** Three significant digits and the prefix. */
function scaled(value: number): [figure: string, letter: string] {
  let figure = value;
  let letter = "";
  for (const next of ["k", "M", "G", "T", "P"]) {
    if (figure < 999.5) break;
    figure /= 1000;
    letter = next;
  }
  const digits = figure < 9.995 ? 2 : figure < 99.95 ? 1 : 0;
  return [figure.toFixed(digits), letter];
}
