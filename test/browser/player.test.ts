import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { writeRecording } from "../dashboard/recording.ts";
import { RunningCommand } from "../helpers/command.ts";
import { describeNeeding } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf } from "../model/events.ts";
import { browser as chromium, launch, openPage } from "./browser.ts";

const SECONDS = 60;
/** Half of the slider's handle: the minimum distance of its centre from an end. */
const HANDLE = 8;

describeNeeding([chromium], "the player of a recording", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each([1360, 390])(
    "moves to the time where the handle is dropped, %i px wide",
    async (width) => {
      const directory = mkdtempSync(`${tmpdir()}/corelens-recording-`);
      // If the tests run as root, the server runs as nobody.
      chmodSync(directory, 0o755);
      onTestFinished(() => rmSync(directory, { recursive: true }));
      const path = `${directory}/a.corelens`;
      await writeRecording(path, eventsOf(SECONDS));
      const command = new RunningCommand(["--from", path, "--no-open", "--port", "0"]);
      await until("it is served", () => command.stdout.includes("http://"));
      const { page } = await openPage(browser, /http:\S+/.exec(command.stdout)![0], {
        viewport: { width, height: 900 },
      });
      const slider = page.getByLabel("Time in the recording");
      await page.getByRole("button", { name: "Pause" }).click();
      const [first, last] = await slider.evaluate((element: HTMLInputElement) => [
        Number(element.min),
        Number(element.max),
      ]);
      const begin = (await slider.boundingBox())!;
      const y = begin.y + begin.height / 2;
      const at = (share: number): number => begin.x + HANDLE + share * (begin.width - 2 * HANDLE);
      const shareNow = async (): Promise<number> =>
        (Number(await slider.inputValue()) - first!) / (last! - first!);
      let from = await shareNow();
      for (const share of [0.3, 0.7, 0.5, 0.95, 0.05]) {
        await page.mouse.move(at(from), y);
        await page.mouse.down();
        // Slow enough to delay the server, which then reports it.
        for (let step = 1; step <= 8; step++) {
          await page.mouse.move(at(from + ((share - from) * step) / 8), y);
          await page.waitForTimeout(120);
          expect((await slider.boundingBox())!.width).toBe(begin.width);
        }
        await page.mouse.up();
        await page.waitForTimeout(1200);
        expect(await shareNow(), `dropped at ${share}`).toBeCloseTo(share, 2);
        expect((await slider.boundingBox())!.x).toBe(begin.x);
        from = await shareNow();
      }
    },
    120_000,
  );
});
