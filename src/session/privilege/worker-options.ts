/**
 * Options of Node.js for the worker. Events live briefly, so a small space for new objects (4 MB instead of 16, kept three
 * times) costs no more time, and the worker of a dashboard keeps 15 MB less. The build compiles the command line for
 * these options, too.
 */
export const WORKER_OPTIONS = ["--max-semi-space-size=4"] as const;
