import { expect, it } from "vitest";

it("list, check and state load no native code", async () => {
  for (const name of ["list", "check", "state"])
    await import(`../../src/commands/${name}/command.ts`);
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
  expect(sharedObjects.filter((path) => path.includes("koffi"))).toEqual([]);
});
