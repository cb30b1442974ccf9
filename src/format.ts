/* How numbers are written for people, on pages and terminals alike. */

/** `12,345`. @param integer shown as it is when it is none */
export function grouped(integer: number): string {
  return String(integer).replace(/\B(?=(\d{3})+$)/g, ",");
}
