/** Little-endian bytes, appended one after the other. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  u8(...values: number[]): this {
    return this.#append(1, values);
  }

  u16(...values: number[]): this {
    return this.#append(2, values);
  }

  u32(...values: number[]): this {
    return this.#append(4, values);
  }

  u64(...values: number[]): this {
    return this.#append(8, values);
  }

  /** A NUL-terminated string. */
  text(text: string): this {
    return this.raw(Buffer.from(text)).u8(0);
  }

  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  zeros(count: number): this {
    return this.raw(new Uint8Array(count));
  }

  /** Appends zeros up to `offset`, which must not be below the present length. */
  padTo(offset: number): this {
    return this.zeros(offset - this.length);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #append(size: number, values: readonly number[]): this {
    for (const value of values) {
      for (let i = 0; i < size; i++) this.#bytes.push(Math.floor(value / 2 ** (8 * i)) % 256);
    }
    return this;
  }
}
