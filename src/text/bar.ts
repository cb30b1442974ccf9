const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A bar that fills a share of `width` columns, in steps of an eighth column. Any share above 0 shows one eighth or more. */
export function bar(share: number, width: number): string {
  const bounded = Math.min(1, Math.max(0, share));
  const eighths = bounded === 0 ? 0 : Math.max(1, Math.round(bounded * width * 8));
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
}
