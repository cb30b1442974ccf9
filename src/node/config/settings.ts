/**
 * Settings of Bitcoin Core from all the places they can stand in, and which of them holds. Mirrors what
 * common/args.cpp and common/settings.cpp do, with their habits:
 *
 *     command line  >  settings.json  >  [section] of bitcoin.conf  >  bitcoin.conf before any section
 *          last value holds                    first value holds
 *
 * A negated setting (`-nofoo`, `nofoo=1`) forgets the values before it. Those that belong to one network, such as
 * `rpcport`, are not taken from before the sections, except on main.
 */

/** False for a negated setting, true for one negated twice (`-nofoo=0`), else the text; empty for `-foo`. */
export type SettingValue = string | boolean;

/** Values by the setting's name, in the order in which they were given. */
export type Settings = Map<string, SettingValue[]>;

export interface SettingSources {
  readonly commandLine: Settings;
  /** settings.json, which the node writes itself. */
  readonly stored: Settings;
  /** bitcoin.conf and what it includes, by section; "" before any. */
  readonly sections: Map<string, Settings>;
}

/** Of the settings that are looked at here, those that belong to one network. */
const OF_ONE_NETWORK: ReadonlySet<string> = new Set(["bind", "port", "rpcbind", "rpcport"]);

/** Puts `noserver=1`, `rpcport=8332` where it belongs. */
export function addSetting(settings: Settings, name: string, text: string | undefined): void {
  const negated = name.startsWith("no");
  const key = negated ? name.slice(2) : name;
  const value = negated ? text !== undefined && !isTrue(text) : (text ?? "");
  const values = settings.get(key);
  if (values) values.push(value);
  else settings.set(key, [value]);
}

/** As Core reads a boolean: an empty text is true, any other the number that it begins with. */
export function isTrue(value: SettingValue): boolean {
  if (typeof value === "boolean") return value;
  return value === "" || (Number.parseInt(value, 10) || 0) !== 0;
}

/**
 * The value that holds; undefined when the setting stands nowhere.
 * @param section the network's name in bitcoin.conf
 * @param choosesChain whether it is one that chooses the network: there the last value of a file holds, and
 *   a negation on the command line counts for nothing
 */
export function settingOf(
  sources: SettingSources,
  section: string,
  name: string,
  choosesChain = false,
): SettingValue | undefined {
  for (const { values, isFile, onlyNegations } of spansOf(sources, section, name)) {
    const isNegated = values.at(-1) === false;
    if (onlyNegations && !isNegated) continue;
    if (choosesChain && isNegated) continue;
    if (isNegated) return false;
    const kept = afterNegations(values);
    return isFile && !choosesChain ? kept[0] : kept.at(-1);
  }
  return undefined;
}

/**
 * All values of a setting that can be given several times, such as `rpcbind`. A negation ends them, but those of
 * a file come back where the command line has another value behind its negation.
 */
export function settingsOf(sources: SettingSources, section: string, name: string): string[] {
  const found: string[] = [];
  let isNegated = false;
  let isEmptied = false;
  for (const { values, isFile, onlyNegations } of spansOf(sources, section, name)) {
    if (onlyNegations) continue;
    if (!isNegated || (isFile && !isEmptied)) found.push(...afterNegations(values).map(textOf));
    isNegated ||= values.includes(false);
    isEmptied ||= values.at(-1) === false && found.length === 0;
  }
  return found;
}

function textOf(value: SettingValue): string {
  return typeof value === "string" ? value : value ? "1" : "0";
}

interface Span {
  readonly values: readonly SettingValue[];
  readonly isFile: boolean;
  readonly onlyNegations: boolean;
}

function spansOf(sources: SettingSources, section: string, name: string): Span[] {
  const { commandLine, stored, sections } = sources;
  const general = OF_ONE_NETWORK.has(name) && section !== "main";
  const spans = [
    { values: commandLine.get(name), isFile: false, onlyNegations: false },
    { values: stored.get(name), isFile: false, onlyNegations: false },
    { values: section ? sections.get(section)?.get(name) : [], isFile: true, onlyNegations: false },
    { values: sections.get("")?.get(name), isFile: true, onlyNegations: general },
  ];
  return spans.flatMap((span) => (span.values?.length ? [{ ...span, values: span.values }] : []));
}

function afterNegations(values: readonly SettingValue[]): readonly SettingValue[] {
  return values.slice(values.lastIndexOf(false) + 1);
}
