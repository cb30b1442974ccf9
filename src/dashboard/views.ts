import type { NodeModel } from "../model/node-model.ts";
import type { Section } from "../model/sections.ts";
import type { Client } from "./client.ts";
import { diff, plain, withoutRows } from "./diff.ts";
import { wireText } from "./message-text.ts";
import type { ShowCommand, ViewDocument } from "./protocol/messages.ts";
import type { Json, ListPatch } from "./protocol/patch.ts";
import type { PlaybackState } from "./protocol/playback.ts";

/** What all views of a moment have in common. */
export interface ViewSource {
  readonly model: NodeModel;
  readonly playback: PlaybackState | null;
  readonly mayChangeSettings: boolean;
}

/** The browser, as far as views need it. */
export type Viewer = Pick<Client, "show" | "shown" | "charted" | "chartedAt" | "sendText">;

/** What a section showed at one moment. */
export interface Version {
  readonly section: Section | null;
  readonly number: number;
  /** The number of the last version if that was equal. */
  latest: number;
  readonly document: Json;
  /** The members of the message, by the number of the version that the page has; null for none. */
  readonly texts: Map<number | null, string>;
}

/** A page that is further behind gets a whole document, so that few versions are kept. */
const MAX_BEHIND = 8;

/**
 * Sends browsers what they show. A version of a section is made at most once between two calls of `renew`, for all
 * browsers, and so is the patch from one version to another.
 *
 * A browser gets a whole document and the whole history of its charts first, then only what changed. One that missed
 * some messages gets what it missed with the next.
 */
export class Views {
  #current = new Map<Section | null, Version>();
  #former: ReadonlyMap<Section | null, Version> = new Map();
  readonly #charts = new Map<string, string>();
  #status: Json | undefined;
  #number = 0;

  /** Call whenever the present may be another. */
  renew(): void {
    for (const { texts } of this.#current.values()) texts.clear();
    this.#former = this.#current;
    this.#current = new Map();
    this.#charts.clear();
    this.#status = undefined;
    this.#number++;
  }

  /** Sends the present to a browser that shows something. */
  send(client: Viewer, source: ViewSource): void {
    if (!client.show) return;
    const { section } = client.show;
    const version = this.#versionOf(section, source);
    const members = [
      textOf(version, this.#baseOf(client, section)),
      this.#chart(client, client.show, source.model),
    ].filter((text) => text !== null);
    client.shown = version;
    if (members.length === 0) return;
    const head = `{"type":"view","section":${JSON.stringify(section)},"number":${version.number}`;
    client.sendText(`${head},${members.join(",")}}`);
  }

  /** Forgets the document of a browser that receives nothing. */
  forget(client: Viewer): void {
    if (client.shown && this.#number - client.shown.latest > MAX_BEHIND) client.shown = null;
  }

  #baseOf({ shown }: Viewer, section: Section | null): Version | null {
    return shown?.section === section ? shown : null;
  }

  #versionOf(section: Section | null, { model, playback, mayChangeSettings }: ViewSource): Version {
    let version = this.#current.get(section);
    if (version === undefined) {
      this.#status ??= plain(model.status());
      const view = section && plain(model.view(section));
      const document: Readonly<Record<keyof ViewDocument, Json>> = {
        ...{ status: this.#status, view, playback: plain(playback), mayChangeSettings },
      };
      version = this.#newVersion(section, document);
      this.#current.set(section, version);
    }
    return version;
  }

  #newVersion(section: Section | null, document: Json): Version {
    const number = this.#number;
    const former = this.#former.get(section);
    const patch = former && diff(former.document, document);
    if (former && patch === null) {
      former.latest = number;
      return former;
    }
    const version = { section, number, latest: number, document, texts: new Map() };
    if (former && patch) version.texts.set(former.number, patchText(former, patch));
    return version;
  }

  /** Members of the message; null when no further second of the history is complete. */
  #chart(client: Viewer, { section, scale }: ShowCommand, model: NodeModel): string | null {
    const from = client.charted;
    if (section === null || (from !== 0 && client.chartedAt === model.second)) return null;
    client.charted = model.head(scale);
    client.chartedAt = model.second;
    const key = `${section} ${scale} ${from} ${model.second}`;
    let text = this.#charts.get(key);
    if (text === undefined) {
      const chart = model.excerpt(section, scale, from);
      text = wireText({ chart, isWholeChart: from === 0 }).slice(1, -1);
      this.#charts.set(key, text);
    }
    return text;
  }
}

/** Null when the page has this version. */
function textOf(version: Version, base: Version | null): string | null {
  if (base === version) return null;
  const { document, texts } = version;
  const key = base?.number ?? null;
  let text = texts.get(key);
  if (text === undefined) {
    text = base ? patchText(base, diff(base.document, document) ?? {}) : wholeText(document);
    texts.set(key, text);
  }
  return text;
}

function wholeText(document: Json): string {
  const empty = withoutRows(document);
  return `"document":${JSON.stringify(empty)},"patch":${JSON.stringify(diff(empty, document) ?? {})}`;
}

function patchText(base: Version, patch: ListPatch): string {
  return `"base":${base.number},"patch":${JSON.stringify(patch)}`;
}
