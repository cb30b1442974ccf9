import { addSetting, type Settings, type SettingValue } from "./settings.ts";

/**
 * The settings of a bitcoin.conf by section, "" being those before any. Lines that Core would refuse to start with
 * are left out.
 *
 *     rpcuser=alice            # of every network
 *     [regtest]
 *     rpcport=18500            # of regtest, as is
 *     signet.rpcport=38500     # written regtest.signet.rpcport, which means nothing
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

/** Puts the settings of an included file after those that are there. */
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

/** The settings that the node keeps itself: settings.json. None where it is not the JSON it should be. */
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
