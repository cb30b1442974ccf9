import { CorelensError } from "../errors.ts";

/** The reason why this process cannot trace; null if it can. */
export async function findObstacle(): Promise<CorelensError | null> {
  const { detectAttachSupport } = await import("../tracer/support.ts");
  try {
    detectAttachSupport();
    return null;
  } catch (error) {
    if (error instanceof CorelensError) return error;
    throw error;
  }
}
