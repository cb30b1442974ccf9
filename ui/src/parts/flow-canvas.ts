import type { Movement } from "../../../src/picture/peers.ts";
import type { NetworkPeer } from "../../../src/picture/picture.ts";
import { colourOf, resolve } from "../colours.ts";

/*
 * The node in the middle, its peers around it, messages as dots between them.
 *
 * The server tells four times a second how many messages of each type moved between the node and each peer. A dot stands
 * for one or, where there are many, for several: it is larger then. So what is drawn does not grow with the traffic.
 */

interface Dot {
  readonly peer: number;
  readonly colour: string;
  readonly isInbound: boolean;
  readonly radius: number;
  /** When it sets out, by performance.now(). */
  readonly start: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly peer: NetworkPeer;
}

const TRAVEL_MS = 1100;
/** The server's pause between two messages: dots of one are spread over it. */
const SPREAD_MS = 250;
/** Dots that set out in a quarter of a second; four times as many are on their way. */
const MOST_FLOWS = 800;
const MOST_DOTS_OF_A_FLOW = 4;
const NODE_RADIUS = 13;
const PEER_RADIUS = 5;

export class FlowCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  #places = new Map<number, Place>();
  #peers: readonly NetworkPeer[] = [];
  #dots: Dot[] = [];
  #frame = 0;
  /** Only this type is drawn; all when null. */
  type: string | null = null;
  #hovered: number | null = null;
  #colours = new Map<string, string>();

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d")!;
    canvas.addEventListener("mousemove", (event) => {
      this.#hovered = this.peerAt(event);
    });
    canvas.addEventListener("mouseleave", () => {
      this.#hovered = null;
    });
    this.#draw(performance.now());
  }

  show(peers: readonly NetworkPeer[]): void {
    const open = peers.filter(({ closed }) => !closed);
    this.#peers = open.toSorted((a, b) => orderOf(a) - orderOf(b) || a.id - b.id);
    this.#arrange();
  }

  move(moved: readonly Movement[]): void {
    const shown = moved.filter(([, type]) => this.type === null || type === this.type);
    // All peers have the same chance of being drawn, however many there are.
    const chance = Math.min(1, MOST_FLOWS / (2 * Math.max(1, shown.length)));
    const most = this.#isCalm
      ? 1
      : Math.max(1, Math.floor(MOST_FLOWS / (2 * Math.max(1, shown.length))));
    for (const [peer, type, received, sent] of shown) {
      if (Math.random() > chance) continue;
      this.#launch(peer, type, Math.min(most, MOST_DOTS_OF_A_FLOW), received, true);
      this.#launch(peer, type, Math.min(most, MOST_DOTS_OF_A_FLOW), sent, false);
    }
  }

  /** To be called when the theme changed. */
  recolour(): void {
    this.#colours.clear();
  }

  peerAt({ clientX, clientY }: MouseEvent): number | null {
    const box = this.#canvas.getBoundingClientRect();
    for (const [id, { x, y }] of this.#places) {
      if (Math.hypot(clientX - box.left - x, clientY - box.top - y) < 14) return id;
    }
    return null;
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
  }

  #launch(peer: number, type: string, most: number, count: number, isInbound: boolean): void {
    if (count === 0 || !this.#places.has(peer)) return;
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
    const radiusX = width / 2 - Math.min(150, width * 0.2);
    const radiusY = height / 2 - 34;
    const count = Math.max(1, this.#peers.length);
    this.#places = new Map(
      this.#peers.map((peer, i) => {
        const angle = (i / count) * 2 * Math.PI - Math.PI / 2;
        const x = width / 2 + radiusX * Math.cos(angle);
        const y = height / 2 + radiusY * Math.sin(angle);
        return [peer.id, { x, y, angle, peer }];
      }),
    );
  }

  #draw(now: number): void {
    this.#frame = requestAnimationFrame((next) => this.#draw(next));
    const canvas = this.#canvas;
    const { clientWidth: width, clientHeight: height } = canvas;
    const ratio = devicePixelRatio;
    if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      this.#arrange();
    }
    const context = this.#context;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.strokeStyle = this.#colour("line");
    context.lineWidth = 1;
    context.beginPath();
    for (const { x, y } of this.#places.values()) {
      context.moveTo(width / 2, height / 2);
      context.lineTo(x, y);
    }
    context.stroke();
    this.#drawDots(now, width, height);
    this.#disc(width / 2, height / 2, NODE_RADIUS, this.#colour("blocks-0"));
    for (const place of this.#places.values()) this.#drawPeer(place);
  }

  #drawDots(now: number, width: number, height: number): void {
    this.#dots = this.#dots.filter(({ start }) => now - start < TRAVEL_MS);
    for (const { peer, colour, isInbound, radius, start } of this.#dots) {
      const place = this.#places.get(peer);
      if (now < start || !place) continue;
      // Who wants nothing to move sees them where they come from.
      const way = this.#isCalm ? 0.3 : (now - start) / TRAVEL_MS;
      const share = isInbound ? 1 - way : way;
      const x = width / 2 + (place.x - width / 2) * share;
      const y = height / 2 + (place.y - height / 2) * share;
      this.#disc(x, y, radius, this.#colour(colour));
    }
  }

  #drawPeer({ x, y, angle, peer }: Place): void {
    const context = this.#context;
    const isHovered = this.#hovered === peer.id;
    const isInbound = peer.connectionType === "inbound";
    this.#disc(x, y, PEER_RADIUS, this.#colour(isInbound ? "panel" : "text"));
    context.strokeStyle = this.#colour("text");
    context.lineWidth = 1.5;
    context.stroke();
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = this.#colour(isHovered ? "text" : "muted");
    const aside = Math.cos(angle);
    context.textAlign = Math.abs(aside) < 0.35 ? "center" : aside > 0 ? "left" : "right";
    const text = isHovered ? `${peer.id} ${peer.address} ${peer.connectionType}` : `${peer.id}`;
    context.fillText(text, x + 11 * aside, y + 4 + 16 * Math.sin(angle));
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

/** Outbound peers are together on the right, inbound ones on the left. */
function orderOf({ connectionType }: NetworkPeer): number {
  return connectionType === "inbound" ? 1 : 0;
}
