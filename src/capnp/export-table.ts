import { protocolError } from "./rpc-errors.ts";
import { Server } from "./server.ts";
import type { Capability } from "./types.ts";

interface Export {
  readonly capability: Capability;
  references: number;
}

/** The capabilities that this side serves and the peer holds references to. */
export class ExportTable {
  readonly #entries = new Map<number, Export>();
  readonly #ids = new Map<Capability, number>();
  #nextId = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Adds a reference. @returns the id, which stays the same while references exist */
  add(capability: Capability): number {
    let id = this.#ids.get(capability);
    if (id === undefined) {
      id = this.#nextId++;
      this.#entries.set(id, { capability: capability.hold(), references: 0 });
      this.#ids.set(capability, id);
    }
    this.#entries.get(id)!.references++;
    return id;
  }

  /** @throws CorelensError IPC_PROTOCOL */
  get(id: number): Capability {
    const entry = this.#entries.get(id);
    if (!entry) throw protocolError(`the peer used unknown capability id ${id}`);
    return entry.capability;
  }

  /** @throws CorelensError IPC_PROTOCOL */
  release(id: number, references: number): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.references < references) {
      throw protocolError(`the peer released capability ${id} too often`);
    }
    entry.references -= references;
    if (entry.references === 0) this.#drop(id, entry.capability);
  }

  clear(): void {
    for (const [id, { capability }] of this.#entries) this.#drop(id, capability);
  }

  #drop(id: number, capability: Capability): void {
    this.#entries.delete(id);
    this.#ids.delete(capability);
    capability.release();
    if (capability instanceof Server) capability.dropped();
  }
}
