import { CorelensError } from "../errors.ts";
import { loadKoffi } from "./koffi.ts";

/** A shared object mapped into this process. It stays mapped until the process ends. */
export interface Library {
  /**
   * The function `void symbol(uintptr_t)`.
   * @throws CorelensError FILE_UNREADABLE when the object has no such symbol
   */
  func(symbol: string): (address: number) => void;
  /** `length` bytes of memory from `symbol` on, shared with the object. */
  view(symbol: string, length: number): ArrayBuffer;
  /** Address of an array's memory, valid only as long as the array is referenced. */
  addressOf(array: Uint8Array): bigint;
}

/** koffi unloads a library without references, and views are not references. */
const loaded: unknown[] = [];

/**
 * Loads a shared object into this process.
 * @throws CorelensError FILE_UNREADABLE
 */
export function loadLibrary(path: string): Library {
  const koffi = loadKoffi();
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
