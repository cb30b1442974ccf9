/**
 * Options of Node.js for the worker: memory, which it uses all day, against time.
 *
 * - V8 keeps three times the space for new objects. Of 4 MB instead of 16, some events that are garbage already move to the
 *   space for old ones, which is collected later.
 * - The larger the maximum is, the longer V8 lets the space for old objects grow before it collects: to twice or three
 *   times what is alive by default, to some 1.5 times with this one.
 *
 * `node --max-old-space-size=2000 bin/corelens` gives a worker more. The build compiles the command line for these options,
 * too.
 */
export const WORKER_OPTIONS = ["--max-semi-space-size=4", "--max-old-space-size=512"] as const;
