import type { Movement } from "../../../src/model/peers/peer.ts";
import type { NetworkPeer } from "../../../src/model/peers/peer-row.ts";
import { colourOf, resolve } from "../colours.ts";
import { printable } from "../format.ts";
import { type Grouping, type PeerPlace, type Ring, ringOf } from "./ring.ts";

/*
 * The node in the middle, its peers around it, messages as dots between them.
 *
 * Four times a second the server sends the number of messages of each type between the node and each peer. A dot is one
 * message, a larger dot several, so the number of dots does not grow with the traffic.
 *
 * A frame copies two kinds of images: the backdrop, which is drawn again only when peers come or go, and a small image
 * for each dot. Without a graphics card, drawing all circles and lines would take longer than a frame.
 */

interface Dot {
  readonly peer: number;
  readonly colour: string;
  readonly isInbound: boolean;
  readonly radius: number;
  /** Start of its movement, by performance.now(). */
  readonly start: number;
}

const TRAVEL_MS = 1100;
/** Interval of the server's messages; the dots of one message are spread over it. */
const SPREAD_MS = 250;
/** Dots that start in a quarter of a second; four times this number move at once. */
const MAX_FLOWS = 300;
const MAX_DOTS_OF_A_FLOW = 4;
const NODE_RADIUS = 13;
const PEER_RADIUS = 5;
/** With more peers, their numbers would overlap. */
const MAX_NUMBERS = 80;
/** In a narrower window, numbers would cover the names of groups. */
const NARROW_PX = 560;
const LABEL_PX = 48;

export class FlowCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #screen: CanvasRenderingContext2D;
  /** Draws the backdrop. */
  readonly #context: CanvasRenderingContext2D;
  readonly #isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  #peers: readonly NetworkPeer[] = [];
  #grouping: Grouping = "type";
  #ring: Ring = ringOf([], "type", 0, 0);
  #dots: Dot[] = [];
  #frame = 0;
  /** The only type that is drawn; null draws all types. */
  type: string | null = null;
  #hovered: number | null = null;
  #colours = new Map<string, string>();
  /** Everything that does not move. */
  readonly #backdrop = document.createElement("canvas");
  #isStale = true;
  /** Pictures of dots, by colour and radius. */
  #sprites = new Map<string, HTMLCanvasElement>();

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#screen = canvas.getContext("2d")!;
    this.#context = this.#backdrop.getContext("2d")!;
    canvas.addEventListener("mousemove", (event) => {
      this.#reach(this.peerAt(event));
    });
    canvas.addEventListener("mouseleave", () => {
      this.#reach(null);
    });
    this.#draw(performance.now());
  }

  show(peers: readonly NetworkPeer[], grouping: Grouping): void {
    this.#peers = peers.filter(({ closed }) => !closed);
    this.#grouping = grouping;
    this.#arrange();
  }

  /** The peer under the mouse, or the one that the keyboard selected. */
  get reached(): number | null {
    return this.#hovered;
  }

  /**
   * Moves to the next peer around the ring, or to the previous one.
   * @returns its name
   */
  step(by: 1 | -1): string | null {
    const ids = [...this.#ring.places.keys()];
    const at = this.#hovered === null ? -1 : ids.indexOf(this.#hovered);
    const next = at < 0 && by < 0 ? ids.length - 1 : at + by;
    const id = ids[(next + ids.length) % ids.length];
    this.#reach(id ?? null);
    const peer = id === undefined ? undefined : this.#ring.places.get(id)?.peer;
    return peer ? `Peer ${nameOf(peer)}` : null;
  }

  move(moved: readonly Movement[]): void {
    const shown = moved.filter(([, type]) => this.type === null || type === this.type);
    // Every flow has the same chance to be drawn, for any number of peers.
    const chance = Math.min(1, MAX_FLOWS / (2 * Math.max(1, shown.length)));
    const most = this.#isCalm
      ? 1
      : Math.max(1, Math.floor(MAX_FLOWS / (2 * Math.max(1, shown.length))));
    for (const [peer, type, received, sent] of shown) {
      if (Math.random() > chance) continue;
      this.#launch(peer, type, Math.min(most, MAX_DOTS_OF_A_FLOW), received, true);
      this.#launch(peer, type, Math.min(most, MAX_DOTS_OF_A_FLOW), sent, false);
    }
  }

  /** To be called when the theme changed. */
  recolour(): void {
    this.#colours.clear();
    this.#sprites.clear();
    this.#isStale = true;
  }

  peerAt({ clientX, clientY }: MouseEvent): number | null {
    const box = this.#canvas.getBoundingClientRect();
    for (const [id, { x, y }] of this.#ring.places) {
      if (Math.hypot(clientX - box.left - x, clientY - box.top - y) < 14) return id;
    }
    return null;
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
  }

  #launch(peer: number, type: string, most: number, count: number, isInbound: boolean): void {
    if (count === 0 || !this.#ring.places.has(peer)) return;
    const now = performance.now();
    const dots = Math.min(count, most);
    const radius = 2 + Math.log2(1 + count / dots) * 0.9;
    for (let i = 0; i < dots; i++) {
      const start = now + Math.random() * SPREAD_MS;
      this.#dots.push({ peer, colour: colourOf(type), isInbound, radius, start });
    }
  }

  #arrange(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#ring = ringOf(this.#peers, this.#grouping, width, height);
    this.#isStale = true;
  }

  #reach(peer: number | null): void {
    if (peer === this.#hovered) return;
    this.#hovered = peer;
    this.#isStale = true;
  }

  #draw(now: number): void {
    this.#frame = requestAnimationFrame((next) => this.#draw(next));
    const canvas = this.#canvas;
    const { clientWidth: width, clientHeight: height } = canvas;
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (wide === 0 || high === 0) return;
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = this.#backdrop.width = wide;
      canvas.height = this.#backdrop.height = high;
      this.#sprites.clear();
      this.#arrange();
    }
    if (this.#isStale) this.#drawBackdrop(width, height, ratio);
    this.#isStale = false;
    const context = this.#screen;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, wide, high);
    context.drawImage(this.#backdrop, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#drawDots(now, width, height, ratio);
    const hub = this.#sprite("blocks-0", NODE_RADIUS, ratio);
    const size = hub.width / ratio;
    context.drawImage(hub, (width - size) / 2, (height - size) / 2, size, size);
  }

  #drawBackdrop(width: number, height: number, ratio: number): void {
    const context = this.#context;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.strokeStyle = this.#colour("line");
    context.lineWidth = 1;
    context.beginPath();
    for (const { x, y } of this.#ring.places.values()) {
      context.moveTo(width / 2, height / 2);
      context.lineTo(x, y);
    }
    context.stroke();
    for (const place of this.#ring.places.values()) this.#drawPeer(place);
    this.#drawLabels(width, height);
    const hovered = this.#hovered === null ? null : this.#ring.places.get(this.#hovered);
    if (hovered) this.#drawName(hovered, width);
  }

  #drawDots(now: number, width: number, height: number, ratio: number): void {
    this.#dots = this.#dots.filter(({ start }) => now - start < TRAVEL_MS);
    for (const { peer, colour, isInbound, radius, start } of this.#dots) {
      const place = this.#ring.places.get(peer);
      if (now < start || !place) continue;
      // With reduced motion, dots stand still near their origin.
      const way = this.#isCalm ? 0.3 : (now - start) / TRAVEL_MS;
      const share = isInbound ? 1 - way : way;
      const x = width / 2 + (place.x - width / 2) * share;
      const y = height / 2 + (place.y - height / 2) * share;
      const sprite = this.#sprite(colour, Math.round(radius * 2) / 2, ratio);
      const size = sprite.width / ratio;
      this.#screen.drawImage(sprite, x - size / 2, y - size / 2, size, size);
    }
  }

  #sprite(colour: string, radius: number, ratio: number): HTMLCanvasElement {
    const key = `${colour} ${radius}`;
    let sprite = this.#sprites.get(key);
    if (sprite === undefined) {
      sprite = document.createElement("canvas");
      sprite.width = sprite.height = Math.ceil(2 * (radius + 1) * ratio);
      const context = sprite.getContext("2d")!;
      context.fillStyle = this.#colour(colour);
      context.arc(sprite.width / 2, sprite.height / 2, radius * ratio, 0, 2 * Math.PI);
      context.fill();
      this.#sprites.set(key, sprite);
    }
    return sprite;
  }

  #drawPeer({ x, y, angle, peer }: PeerPlace): void {
    const context = this.#context;
    const isInbound = peer.connectionType === "inbound";
    this.#disc(x, y, PEER_RADIUS, this.#colour(isInbound ? "panel" : "text"));
    context.strokeStyle = this.#colour("text");
    context.lineWidth = 1.5;
    context.stroke();
    const isCrowded = this.#ring.places.size > MAX_NUMBERS || this.#canvas.clientWidth < NARROW_PX;
    if (this.#hovered === peer.id || isCrowded) return;
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = this.#colour("muted");
    const aside = Math.cos(angle);
    context.textAlign = Math.abs(aside) < 0.35 ? "center" : aside > 0 ? "left" : "right";
    context.fillText(String(peer.id), x + 11 * aside, y + 4 + 16 * Math.sin(angle));
  }

  /** Names of groups, outside the ring and inside the picture. */
  #drawLabels(width: number, height: number): void {
    const context = this.#context;
    const { labels, radiusX, radiusY } = this.#ring;
    context.font = "600 12px system-ui, sans-serif";
    context.textAlign = "center";
    for (const { text, angle } of labels) {
      const shown = printable(text);
      const half = context.measureText(shown).width / 2;
      const x =
        width / 2 + (radiusX + LABEL_PX + half * Math.abs(Math.cos(angle))) * Math.cos(angle);
      const y = height / 2 + (radiusY + LABEL_PX - 4) * Math.sin(angle) + 4;
      const middle = within(x, half + 4, width - half - 4);
      const line = within(y, 14, height - 4);
      context.fillStyle = this.#colour("panel");
      context.fillRect(middle - half - 3, line - 13, 2 * half + 6, 18);
      context.fillStyle = this.#colour("text");
      context.fillText(shown, middle, line);
    }
  }

  #drawName({ x, y, peer }: PeerPlace, width: number): void {
    const context = this.#context;
    const text = printable(nameOf(peer));
    context.font = "12px system-ui, sans-serif";
    const half = context.measureText(text).width / 2 + 8;
    const middle = within(x, half + 2, width - half - 2);
    this.#disc(x, y, PEER_RADIUS + 2, this.#colour("accent"));
    context.fillStyle = this.#colour("raised");
    context.fillRect(middle - half, y - 34, 2 * half, 22);
    context.fillStyle = this.#colour("text");
    context.textAlign = "center";
    context.fillText(text, middle, y - 19);
  }

  #disc(x: number, y: number, radius: number, colour: string): void {
    this.#context.fillStyle = colour;
    this.#context.beginPath();
    this.#context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#context.fill();
  }

  #colour(name: string): string {
    let colour = this.#colours.get(name);
    if (colour === undefined) {
      colour = resolve(name);
      this.#colours.set(name, colour);
    }
    return colour;
  }
}

function nameOf({ id, address, connectionType, network }: NetworkPeer): string {
  return [String(id), address, connectionType, network].filter(Boolean).join(", ");
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
