import type { NodeModel } from "../model/node-model.ts";
import type { Client } from "./client.ts";
import { documentText, wireText } from "./message-text.ts";
import type { ShowCommand, View } from "./protocol/messages.ts";
import type { PlaybackState } from "./protocol/playback.ts";
import { wireName } from "./protocol/wire.ts";

/** What all views of a moment have in common. */
export interface ViewSource {
  readonly model: NodeModel;
  readonly playback: PlaybackState | null;
  readonly mayChangeSettings: boolean;
}

/**
 * Writes what browsers show at one moment. What several show is written once.
 *
 * A browser gets the whole history of its charts first, then only the buckets that are new and the running one. A
 * browser that missed some messages gets what it missed with the next.
 */
export class ViewWriter {
  readonly #source: ViewSource;
  readonly #texts = new Map<string, string>();

  constructor(source: ViewSource) {
    this.#source = source;
  }

  /** Sends the view to a browser that shows something. */
  send(client: Client): void {
    if (!client.show) return;
    const { model, playback, mayChangeSettings } = this.#source;
    const { section } = client.show;
    const members: { readonly [Name in keyof View]: string } = {
      section: JSON.stringify(section),
      status: this.#once("status", () => model.status(), documentText),
      view: this.#once(`view ${section}`, () => section && model.view(section), documentText),
      playback: this.#once("playback", () => playback),
      mayChangeSettings: JSON.stringify(mayChangeSettings),
      ...this.#chart(client, client.show),
    };
    const texts = Object.entries(members).map(([name, text]) => `"${wireName(name)}":${text}`);
    client.sendText(`{"type":"view",${texts.join(",")}}`);
  }

  #chart(
    client: Client,
    { section, scale }: ShowCommand,
  ): { chart?: string; isWholeChart?: string } {
    const { model } = this.#source;
    const from = client.charted;
    if (section === null || (from !== 0 && client.chartedAt === model.second)) return {};
    client.charted = model.head(scale);
    client.chartedAt = model.second;
    const chart = this.#once(`chart ${section} ${scale} ${from}`, () =>
      model.excerpt(section, scale, from),
    );
    return { chart, isWholeChart: JSON.stringify(from === 0) };
  }

  #once(key: string, make: () => unknown, write = wireText): string {
    let text = this.#texts.get(key);
    if (text === undefined) {
      text = write(make());
      this.#texts.set(key, text);
    }
    return text;
  }
}
