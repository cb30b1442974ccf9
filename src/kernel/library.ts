import { createRequire } from "node:module";
import { CorelensError } from "../errors.ts";

/** A shared object mapped into this process. It stays mapped until the process ends. */
export interface Library {
  /**
   * The function `void symbol(uintptr_t)`.
   * @throws CorelensError FILE_UNREADABLE when the object has no such symbol
   */
  func(symbol: string): (address: number) => void;
  /** `length` bytes of the object's memory from `symbol` on, live in both directions. */
  view(symbol: string, length: number): ArrayBuffer;
  /** Where an array's memory is, which holds only as long as the array is referenced. */
  addressOf(array: Uint8Array): bigint;
}

/** Kept, because koffi unloads a library that is no longer referenced, and views do not count as references. */
const loaded: unknown[] = [];

/**
 * Loads a shared object into this process.
 * koffi is loaded no sooner than here, because it fails to load on systems it has no binary for.
 * @throws CorelensError FILE_UNREADABLE
 */
export function loadLibrary(path: string): Library {
  const koffi: typeof import("koffi") = createRequire(import.meta.url)("koffi");
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw new CorelensError(
        "FILE_UNREADABLE",
        `${path} cannot be loaded into this process: ${(error as Error).message}`,
        "choose a directory on a file system that is not mounted noexec",
        { cause: error },
      );
    }
  };
  const library = attempt(() => koffi.load(path));
  loaded.push(library);
  return {
    func: (symbol) => attempt(() => library.func(symbol, "void", ["uintptr_t"])),
    view: (symbol, length) => attempt(() => koffi.view(library.symbol(symbol), length)),
    addressOf: koffi.address,
  };
}
