import { NodeModel } from "../model/node-model.ts";
import { feed } from "./feed.ts";
import { type Hub, TICK_MS } from "./hub.ts";
import { Playback, type PlaybackListener } from "./playback.ts";

/** A recording as it is played to a hub's browsers, who all see the same and can all change it. */
export class PlayerSession {
  readonly hub: Hub;
  readonly #playback: Playback;

  private constructor(hub: Hub, playback: Playback) {
    this.hub = hub;
    this.#playback = playback;
  }

  /**
   * @param name what the recording is called on the pages; its path when left out
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT
   */
  static async open(
    path: string,
    hub: Hub,
    isPrivate: boolean,
    name?: string,
  ): Promise<PlayerSession> {
    const listener: PlaybackListener = {
      onRestart: (begin) => hub.replace(new NodeModel(begin)),
      onEvents: (events, source) => feed(hub, events, source, isPrivate),
    };
    return new PlayerSession(hub, await Playback.open(path, listener, name));
  }

  /** Shows it until it is stopped. */
  async play(stopped: AbortSignal): Promise<void> {
    this.hub.control(this.#playback);
    const timer = setInterval(() => {
      const { tallies, cost, told } = this.#playback;
      this.hub.picture.advance(told);
      this.hub.picture.measure(tallies, cost);
      this.hub.tick(Date.now());
    }, TICK_MS);
    try {
      await this.#playback.play(stopped);
    } finally {
      clearInterval(timer);
    }
  }
}
