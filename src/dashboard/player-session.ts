import { NodeModel } from "../model/node-model.ts";
import { feed } from "./feed.ts";
import { type Hub, TICK_MS } from "./hub.ts";
import { Playback, type PlaybackListener } from "./playback.ts";

/** The playback of a recording to the browsers of a hub. All of them see the same position and can change it. */
export class PlayerSession {
  readonly hub: Hub;
  readonly #playback: Playback;

  private constructor(hub: Hub, playback: Playback) {
    this.hub = hub;
    this.#playback = playback;
  }

  /**
   * @param name name of the recording on the pages; its path when omitted
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT
   */
  static async open(
    path: string,
    hub: Hub,
    isPrivate: boolean,
    name?: string,
  ): Promise<PlayerSession> {
    const listener: PlaybackListener = {
      onRestart: (begin) => hub.replaceModel(new NodeModel(begin)),
      onEvents: (events, source) => feed(hub, events, source, isPrivate),
    };
    return new PlayerSession(hub, await Playback.open(path, listener, name));
  }

  /** Plays the recording until it is stopped. */
  async play(stopped: AbortSignal): Promise<void> {
    this.hub.setPlayback(this.#playback);
    const timer = setInterval(() => {
      const { tallies, cost, readUntil } = this.#playback;
      this.hub.model.advance(readUntil);
      this.hub.model.measure(tallies, cost);
      this.hub.tick(Date.now());
    }, TICK_MS);
    try {
      await this.#playback.play(stopped);
    } finally {
      clearInterval(timer);
    }
  }
}
