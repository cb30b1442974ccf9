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
 * A USDT tracepoint of this process. Calling it hands the arguments to the tracers attached to it, before
 * the call returns; when there are none it does nothing, in a few nanoseconds.
 *
 * Calling throws CorelensError ARGUMENT_INVALID when a tracer is attached and a value is not of its type.
 */
export interface Tracepoint<Types extends readonly ArgumentType[] = readonly ArgumentType[]> {
  (...values: ArgumentValues<Types>): void;
  /** Whether a tracer is attached: the guard for arguments that cost something to prepare. */
  active(): boolean;
  /** The shared object to point tracers to; null where tracepoints are not supported. */
  readonly file: string | null;
}

/** Tracepoints by `provider:name`, each with the types of its arguments. */
export type Declarations = Readonly<Record<string, readonly ArgumentType[]>>;

export type Tracepoints<D extends Declarations> = {
  readonly [Name in keyof D]: Tracepoint<D[Name]>;
};

export interface DeclareOptions {
  /**
   * Path of the shared object, which then stays after exit, so that tracers can attach before the process
   * starts and stay attached through restarts. Its directory must be one that no one untrusted can write
   * to. Left out, it is a fresh file in the temporary directory that is removed on exit.
   */
  readonly file?: string;
}

/**
 * Declares one tracepoint, in a shared object of its own.
 * @example tracepoint("net", "inbound_message", "int64", "string", "bytes")
 * @throws CorelensError as {@link tracepoints} does
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
 * Declares tracepoints that tools list together, in one shared object.
 * Where tracepoints are not supported (not Linux, or neither x86-64 nor aarch64) they are inert: never
 * active, and calling them does nothing.
 * @example tracepoints({ "mempool:added": ["hash", "int32", "int64"] })
 * @throws CorelensError DECLARATION_INVALID for a wrong name, a wrong type or more than 12 arguments;
 *   FILE_UNWRITABLE or FILE_UNREADABLE when the shared object cannot be written or loaded
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
    throw refuse("provider and name are letters, digits and _, as in net:inbound_message");
  }
  if (types.length > MAX_ARGUMENTS) {
    throw refuse(`${types.length} arguments are too many, ${MAX_ARGUMENTS} can be passed`);
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
