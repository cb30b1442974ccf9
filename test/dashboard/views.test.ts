import { expect, it } from "vitest";
import type { View } from "../../src/dashboard/protocol/messages.ts";
import { type Shown, shownAfter } from "../../src/dashboard/protocol/shown.ts";
import { fromWire } from "../../src/dashboard/protocol/wire.ts";
import { type Viewer, Views } from "../../src/dashboard/views.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { BEGIN, message } from "../model/events.ts";

/** A browser and its page. */
class Page implements Viewer {
  readonly show = { section: "peers", scale: "5m" } as const;
  shown: Viewer["shown"] = null;
  charted = 0;
  chartedAt = 0;
  readonly received: View[] = [];
  page: Shown | null = null;

  sendText(text: string): void {
    const view = fromWire(JSON.parse(text)) as View;
    this.received.push(view);
    this.page = shownAfter(this.page, view);
  }
}

function begin() {
  const model = new NodeModel(BEGIN);
  const views = new Views();
  let at = 0;
  return {
    model,
    views,
    /** A message comes, and these pages get what changed. */
    next(...pages: readonly Page[]): void {
      model.see(message("inbound", 100 * at++, 1, "ping", 8));
      views.renew();
      for (const page of pages)
        views.send(page, { model, playback: null, mayChangeSettings: false });
    },
  };
}

it("a page that missed views gets all changes since then at once", () => {
  const { model, next } = begin();
  const [slow, other] = [new Page(), new Page()];
  next(slow, other);
  for (let i = 0; i < 5; i++) next(other);
  next(slow, other);
  expect(slow.received).toHaveLength(2);
  expect(slow.received[1]).toMatchObject({ base: 1, number: 7 });
  for (const { page } of [slow, other]) {
    expect(page?.document.view).toEqual(JSON.parse(JSON.stringify(model.view("peers"))));
  }
});

it("a page that missed too many views gets a whole document", () => {
  const { model, views, next } = begin();
  const [slow, other] = [new Page(), new Page()];
  next(slow, other);
  for (let i = 0; i < 9; i++) {
    next(other);
    views.forget(slow);
  }
  next(slow, other);
  expect(slow.received[1]?.document).toBeDefined();
  expect(slow.page).toEqual(other.page);
  expect(slow.page?.document.status.now).toBe(model.now);
});

it("a page gets nothing while nothing changes, and the next change afterwards", () => {
  const { model, views, next } = begin();
  const page = new Page();
  next(page);
  for (let i = 0; i < 20; i++) {
    views.renew();
    views.send(page, { model, playback: null, mayChangeSettings: false });
    views.forget(page);
  }
  expect(page.received).toHaveLength(1);
  next(page);
  expect(page.received[1]?.patch).toBeDefined();
  expect(page.page?.document.status.now).toBe(model.now);
});
