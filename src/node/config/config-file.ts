import { addSetting, type Settings, type SettingValue } from "./settings.ts";

/**
 * The settings of a bitcoin.conf by section; "" holds the settings before the first section. Invalid lines, with which
 * Core would not start, are omitted.
 *
 *     rpcuser=alice            # for every network
 *     [regtest]
 *     rpcport=18500            # for regtest
 *     signet.rpcport=38500     # means regtest.signet.rpcport, which has no effect
 */
export function parseConfigFile(text: string): Map<string, Settings> {
  const sections = new Map<string, Settings>();
  let prefix = "";
  for (const line of text.split("\n")) {
    const content = line.replace(/#.*$/, "").trim();
    const section = /^\[(.*)\]$/.exec(content)?.[1];
    if (section !== undefined) {
      prefix = `${section}.`;
      continue;
    }
    const match = /^([^=-][^=]*)=(.*)$/.exec(content);
    if (!match) continue;
    const [, name, key] = /^([^.]*)\.(.*)$/.exec(prefix + match[1]!.trim()) ?? [];
    add(sections, name ?? "", key ?? match[1]!.trim(), match[2]!.trim());
  }
  return sections;
}

function add(sections: Map<string, Settings>, name: string, key: string, value: string): void {
  const section = sections.get(name) ?? new Map<string, SettingValue[]>();
  sections.set(name, section);
  addSetting(section, key, value);
}

/** Appends the settings of an included file. */
export function appendSections(
  sections: Map<string, Settings>,
  included: ReadonlyMap<string, Settings>,
): void {
  for (const [name, settings] of included) {
    const section: Settings = sections.get(name) ?? new Map();
    sections.set(name, section);
    for (const [key, values] of settings)
      section.set(key, [...(section.get(key) ?? []), ...values]);
  }
}

/** The settings in the node's own settings.json; empty if it is not a JSON object. */
export function parseStoredSettings(text: string): Settings {
  const settings: Settings = new Map();
  for (const [name, stored] of Object.entries(jsonObject(text))) {
    const values = (Array.isArray(stored) ? stored : [stored]).filter(
      (value) => typeof value === "string" || typeof value === "boolean",
    );
    settings.set(name, values);
  }
  return settings;
}

function jsonObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
