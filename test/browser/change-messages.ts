import type { Page } from "playwright-core";
import { type Shown, shownAfter } from "../../src/dashboard/protocol/shown.ts";

/** A message of the server as the page reads it. */
// biome-ignore lint/suspicious/noExplicitAny: what messages hold is what tests change
export type LiveMessage = Record<string, any>;

/** Changes what the server sends to a page. Each view that is not the same as before has its whole document. */
export async function changeMessages(
  page: Page,
  change: (message: LiveMessage) => unknown,
): Promise<void> {
  await page.routeWebSocket(/api\/live/, (socket) => {
    const server = socket.connectToServer();
    let shown: Shown | null = null;
    server.onMessage((text) => {
      const message: LiveMessage = JSON.parse(String(text));
      if (message.type === "view") {
        const { patch, base, document, ...rest } = message;
        shown = shownAfter(shown, message as Parameters<typeof shownAfter>[1]);
        // An own copy: the next patch is for the document as the server sent it.
        const whole = patch || document ? { document: structuredClone(shown!.document) } : {};
        socket.send(JSON.stringify(change({ ...rest, ...whole })));
      } else socket.send(JSON.stringify(change(message)));
    });
  });
}
