import { arch } from "node:process";
import type { TracedMachine } from "../../elf/header.ts";
import { functionSymbol, SEMAPHORES_SYMBOL, writeSharedObject } from "../../elf/shared-object.ts";
import { CorelensError } from "../../errors.ts";
import { type Library, loadLibrary } from "../../kernel/library.ts";
import { isTraceable } from "../../kernel/platform.ts";
import { ARGUMENT_TYPES, type ArgumentType, type ArgumentValues } from "../argument-type.ts";
import { storeSharedObject } from "./file.ts";
import { probeSite } from "./site.ts";
import { MAX_ARGUMENTS, Slots } from "./slots.ts";

export type { ArgumentType, ArgumentValue, ArgumentValues } from "../argument-type.ts";

/**
 * A USDT tracepoint of this process. A call passes its arguments to the attached tracers before it returns.
 * If none is attached, it returns within a few nanoseconds.
 *
 * A call throws CorelensError ARGUMENT_INVALID if a tracer is attached and a value has the wrong type.
 */
export interface Tracepoint<Types extends readonly ArgumentType[] = readonly ArgumentType[]> {
  (...values: ArgumentValues<Types>): void;
  /** Whether a tracer is attached. Use it to avoid preparing expensive arguments. */
  active(): boolean;
  /** The shared object that tracers read; null if tracepoints are not supported. */
  readonly file: string | null;
}

/** The types of the arguments of each tracepoint, by `provider:name`. */
export type Declarations = Readonly<Record<string, readonly ArgumentType[]>>;

export type Tracepoints<D extends Declarations> = {
  readonly [Name in keyof D]: Tracepoint<D[Name]>;
};

export interface DeclareOptions {
  /**
   * Path of the shared object. It remains after exit, so tracers can attach before the process starts and stay
   * attached through restarts. Untrusted users must not be able to write to its directory. Without a path, the
   * file is in the temporary directory and is removed on exit.
   */
  readonly file?: string;
}

/**
 * Declares one tracepoint, in a shared object of its own.
 * @example tracepoint("net", "inbound_message", "int64", "string", "bytes")
 * @throws CorelensError like {@link tracepoints}
 */
export function tracepoint<const Types extends readonly ArgumentType[]>(
  provider: string,
  name: string,
  ...types: Types
): Tracepoint<Types> {
  const key = `${provider}:${name}`;
  return tracepoints({ [key]: types })[key]!;
}

/**
 * Declares tracepoints in one shared object, so tools list them together. On platforms other than Linux on x86-64
 * or aarch64, the tracepoints are never active and calls do nothing.
 * @example tracepoints({ "mempool:added": ["hash", "int32", "int64"] })
 * @throws CorelensError DECLARATION_INVALID for an invalid name, an unknown type or more than 12 arguments;
 *   FILE_UNWRITABLE or FILE_UNREADABLE if the shared object cannot be written or loaded
 */
export function tracepoints<const D extends Declarations>(
  declarations: D,
  options?: DeclareOptions,
): Tracepoints<D>;
export function tracepoints(
  declarations: Declarations,
  options: DeclareOptions = {},
): Readonly<Record<string, Tracepoint>> {
  const declared = Object.entries(declarations).map(([key, types]) => checked(key, types));
  const made = isTraceable && declared.length > 0 ? live(declared, options) : declared.map(inert);
  return Object.fromEntries(declared.map(({ key }, index) => [key, made[index]!]));
}

interface Declaration {
  readonly key: string;
  readonly provider: string;
  readonly name: string;
  readonly types: readonly ArgumentType[];
}

function checked(key: string, types: readonly ArgumentType[]): Declaration {
  const refuse = (reason: string) =>
    new CorelensError("DECLARATION_INVALID", `tracepoint "${key}": ${reason}`);
  const [, provider, name] = /^([A-Za-z0-9_]+):([A-Za-z0-9_]+)$/.exec(key) ?? [];
  if (provider === undefined || name === undefined) {
    throw refuse(
      "provider and name must consist of letters, digits and _, like net:inbound_message",
    );
  }
  if (types.length > MAX_ARGUMENTS) {
    throw refuse(`${types.length} arguments exceed the maximum of ${MAX_ARGUMENTS}`);
  }
  for (const type of types) {
    if (!Object.hasOwn(ARGUMENT_TYPES, type)) {
      throw refuse(
        `"${type}" is not a type; the types are ${Object.keys(ARGUMENT_TYPES).join(", ")}`,
      );
    }
  }
  return { key, provider, name, types };
}

function inert(): Tracepoint {
  return Object.assign(() => {}, { active: () => false, file: null });
}

function live(declared: readonly Declaration[], options: DeclareOptions): Tracepoint[] {
  const machine: TracedMachine = arch === "x64" ? "x86-64" : "aarch64";
  const probes = declared.map(({ provider, name, types }) => ({
    provider,
    name,
    ...probeSite(machine, types),
  }));
  const file = storeSharedObject(writeSharedObject(machine, probes), options.file);
  const library = loadLibrary(file);
  const semaphores = new Uint16Array(library.view(SEMAPHORES_SYMBOL, 2 * probes.length));
  const slots = sharedSlots(library);
  return declared.map((declaration, index) => {
    const { key, types } = declaration;
    const probe = library.func(functionSymbol(declaration));
    const fire = (...values: readonly unknown[]): void => {
      if (semaphores[index] === 0) return;
      slots.write(key, types, values);
      probe(slots.address);
    };
    return Object.assign(fire, { active: () => semaphores[index] !== 0, file });
  });
}

let slots: Slots | undefined;

function sharedSlots(library: Library): Slots {
  slots ??= new Slots(library.addressOf);
  return slots;
}
