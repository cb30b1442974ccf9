import { FrameReader } from "./frame-reader.ts";
import { MessageBuilder } from "./message-builder.ts";
import { MessageReader, type StructReader } from "./message-reader.ts";
import { BrokenCapability } from "./promise.ts";
import { noCapability, protocolError } from "./rpc-errors.ts";
import type { Capability, Fill, Payload, TakeCapability } from "./types.ts";

/** A payload in a message. */
export class MessagePayload implements Payload {
  readonly root: StructReader;
  readonly caps: readonly (Capability | null)[];

  constructor(root: StructReader, caps: readonly (Capability | null)[]) {
    this.root = root;
    this.caps = caps;
  }

  readonly at: TakeCapability = (index) => {
    const capability = this.caps[index];
    if (capability === undefined) throw protocolError(`the peer sent no capability ${index}`);
    return capability;
  };

  capability(path: readonly number[]): Capability | null {
    let holder: StructReader | null = this.root;
    const steps = [0, ...path];
    for (const step of steps.slice(0, -1)) holder = holder?.struct(step) ?? null;
    const index = holder?.capability(steps.at(-1)!) ?? null;
    return index === null ? null : this.at(index);
  }

  hold(): Payload {
    return new MessagePayload(
      this.root,
      this.caps.map((capability) => capability?.hold() ?? null),
    );
  }

  release(): void {
    for (const capability of this.caps) capability?.release();
  }
}

/** A payload that does not leave the process. */
export function localPayload(fill: Fill): Payload {
  const message = new MessageBuilder();
  const caps: Capability[] = [];
  fill(message.root(0, 2), caps);
  const [frame] = new FrameReader().read(message.finish());
  return new MessagePayload(
    new MessageReader(frame!).root(),
    caps.map((capability) => capability.hold()),
  );
}

/** Copies a payload, with the same table of capabilities. */
export function copied(from: Payload): Fill {
  return (payload, caps) => {
    payload.copyPointer(0, from.root, 0);
    caps.push(...from.caps.map((cap) => cap ?? new BrokenCapability(noCapability())));
  };
}
