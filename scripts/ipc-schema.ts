import type { Interface, Struct, Type } from "#src/capnp/types.js";

const INTRO = `# What corelens uses of Bitcoin Core's IPC. Written by \`npm run docs\` from src/node/ipc/schema: ids, ordinals and
# types are the node's; what it has beyond them is left out.

@0xb6b0ba6c0ad1eb09;
`;

/**
 * docs/ipc.capnp: the parts of a node's IPC that corelens uses, in Cap'n Proto's language. `capnp compile` accepts it,
 * so that a client in another language can start from it.
 *
 * @param otherStructs more structs to write, for tests
 */
export function ipcSchema(
  interfaces: readonly Interface[],
  otherStructs: readonly Struct[] = [],
): string {
  const structs = new Map<string, Struct>();
  const referred = new Set<string>();
  const collect = (type: Type) => {
    if (type.kind === "list") collect(type.of);
    if (type.kind === "interface") referred.add(type.name);
    if (type.kind !== "struct" || structs.has(type.name)) return;
    structs.set(type.name, type);
    for (const slot of type.layout.slots) collect(slot.type);
  };
  for (const { methods } of interfaces) {
    for (const { params, results } of Object.values(methods)) {
      for (const { type } of [...params.layout.slots, ...results.layout.slots]) collect(type);
    }
  }
  for (const struct of otherStructs) collect(struct);
  const known = new Set(interfaces.map(({ name }) => name));
  const unknown = [...referred].filter((name) => !known.has(name));
  return [
    INTRO,
    ...interfaces.map(interfaceText),
    ...unknown.map((name) => `\ninterface ${name} {}\n`),
    ...[...structs.values()].map(structText),
  ].join("");
}

function interfaceText({ name, id, methods }: Interface): string {
  const ordered = Object.values(methods).sort((a, b) => a.ordinal - b.ordinal);
  // Ordinals must not have gaps.
  const lines: string[] = [];
  for (const method of ordered) {
    while (lines.length < method.ordinal) lines.push(`unused${lines.length} @${lines.length} ();`);
    lines.push(
      `${method.name} @${method.ordinal} (${list(method.params)}) -> (${list(method.results)});`,
    );
  }
  return `\ninterface ${name} @0x${id.toString(16)} {\n${indented(lines)}}\n`;
}

function structText({ name, layout }: Struct): string {
  const lines = layout.slots.map(
    (slot, ordinal) => `${slot.name} @${ordinal} :${typeText(slot.type)}${initialText(slot.type)};`,
  );
  return `\nstruct ${name} {\n${indented(lines)}}\n`;
}

function list({ layout }: Struct): string {
  return layout.slots
    .map(({ name, type }) => `${name} :${typeText(type)}${initialText(type)}`)
    .join(", ");
}

function typeText(type: Type): string {
  switch (type.kind) {
    case "list":
      return `List(${typeText(type.of)})`;
    case "struct":
    case "interface":
      return type.name;
    default:
      return type.kind;
  }
}

function initialText(type: Type): string {
  return "initial" in type && type.initial ? ` = ${type.initial}` : "";
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join("");
}
