/** The arguments with which `hit-cost.ts` starts a tracer. @throws Error */
export function tracerArguments(): { readonly target: string; readonly tracepoint: string } {
  const [target, tracepoint] = process.argv.slice(2);
  if (target === undefined || tracepoint === undefined)
    throw new Error("name a binary and a probe");
  return { target, tracepoint };
}
