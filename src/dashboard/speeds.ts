/** Recorded seconds in a second: what browsers can choose among. */
export const SPEEDS = [1, 5, 20, 100] as const;
