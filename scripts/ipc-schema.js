/**
 * docs/ipc.capnp: what corelens uses of a node's IPC, in Cap'n Proto's language, from the tables in src/node/ipc/schema.
 * It compiles with `capnp compile`, and whoever writes a client in another language can begin with it.
 */

const INTRO = `# What corelens uses of Bitcoin Core's IPC. Written by \`npm run docs\` from src/node/ipc/schema: ids, ordinals and
# types are the node's; what it has beyond them is left out.

@0xb6b0ba6c0ad1eb09;
`;

/**
 * @param interfaces the schema
 * @param otherStructs more to tell of, for tests
 */
export function ipcSchema(interfaces, otherStructs = []) {
  const structs = new Map();
  const referred = new Set();
  const collect = (type) => {
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

function interfaceText({ name, id, methods }) {
  const ordered = Object.values(methods).sort((a, b) => a.ordinal - b.ordinal);
  // Ordinals must not have gaps.
  const lines = [];
  for (const method of ordered) {
    while (lines.length < method.ordinal) lines.push(`unused${lines.length} @${lines.length} ();`);
    lines.push(
      `${method.name} @${method.ordinal} (${list(method.params)}) -> (${list(method.results)});`,
    );
  }
  return `\ninterface ${name} @0x${id.toString(16)} {\n${indented(lines)}}\n`;
}

function structText({ name, layout }) {
  const lines = layout.slots.map(
    (slot, ordinal) => `${slot.name} @${ordinal} :${typeText(slot.type)}${initialText(slot.type)};`,
  );
  return `\nstruct ${name} {\n${indented(lines)}}\n`;
}

function list({ layout }) {
  return layout.slots
    .map(({ name, type }) => `${name} :${typeText(type)}${initialText(type)}`)
    .join(", ");
}

function typeText(type) {
  switch (type.kind) {
    case "Hash":
      return "Data";
    case "list":
      return `List(${typeText(type.of)})`;
    case "struct":
    case "interface":
      return type.name;
    default:
      return type.kind;
  }
}

function initialText({ initial }) {
  return initial ? ` = ${initial}` : "";
}

function indented(lines) {
  return lines.map((line) => `  ${line}\n`).join("");
}
