import { type Profiler, Session } from "node:inspector";

/**
 * How often blocks of code ran while `action` did: a measure of its work that does not depend on the machine.
 * Tests that use it have a file of their own, because it takes the counters that `npm run coverage` reads.
 * @param folder whose code counts, such as `src/query/`
 */
export function workOf(folder: string, action: () => void): number {
  const session = new Session();
  session.connect();
  const post = (method: string, params = {}) => {
    let result: unknown;
    session.post(method, params, (error, answer) => {
      if (error) throw error;
      result = answer;
    });
    return result;
  };
  try {
    post("Profiler.enable");
    post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    action();
    const { result } = post("Profiler.takePreciseCoverage") as Coverage;
    return result
      .filter(({ url }) => url.includes(folder))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .reduce((sum, { count }) => sum + count, 0);
  } finally {
    session.disconnect();
  }
}

type Coverage = Profiler.TakePreciseCoverageReturnType;
