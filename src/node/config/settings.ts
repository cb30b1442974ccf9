/**
 * The settings of Bitcoin Core from all their sources, and their precedence. Mirrors common/args.cpp and
 * common/settings.cpp, with their exceptions:
 *
 *     command line  >  settings.json  >  [section] of bitcoin.conf  >  bitcoin.conf before any section
 *          last value wins                    first value wins
 *
 * A negated setting (`-nofoo`, `nofoo=1`) discards the values before it. A setting of one network, such as `rpcport`,
 * has no effect before the first section, except on main.
 */

/** False for a negated setting, true for one negated twice (`-nofoo=0`), else the text; empty for `-foo`. */
export type SettingValue = string | boolean;

/** Values by the setting's name, in the order of the source. */
export type Settings = Map<string, SettingValue[]>;

export interface SettingSources {
  readonly commandLine: Settings;
  /** From settings.json, which the node writes itself. */
  readonly stored: Settings;
  /** From bitcoin.conf and its included files, by section; "" holds those before the first section. */
  readonly sections: Map<string, Settings>;
}

/** The settings of one network, among those that corelens reads. */
const OF_ONE_NETWORK: ReadonlySet<string> = new Set(["bind", "port", "rpcbind", "rpcport"]);

/** Adds a setting such as `noserver=1` or `rpcport=8332`. */
export function addSetting(settings: Settings, name: string, text: string | undefined): void {
  const negated = name.startsWith("no");
  const key = negated ? name.slice(2) : name;
  const value = negated ? text !== undefined && !isTrue(text) : (text ?? "");
  const values = settings.get(key);
  if (values) values.push(value);
  else settings.set(key, [value]);
}

/** Parses a boolean as Core does: an empty text is true, any other text is true if it begins with a number other than 0. */
export function isTrue(value: SettingValue): boolean {
  if (typeof value === "boolean") return value;
  return value === "" || (Number.parseInt(value, 10) || 0) !== 0;
}

/**
 * The effective value; undefined if no source has the setting.
 * @param section the network's name in bitcoin.conf
 * @param choosesChain whether the setting chooses the network: then the last value of a file wins, and a negation on
 *   the command line has no effect
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
 * All values of a repeatable setting, such as `rpcbind`. A negation discards them, but those of a file apply again if
 * the command line has another value after its negation.
 */
export function settingsOf(sources: SettingSources, section: string, name: string): string[] {
  const found: string[] = [];
  let isNegated = false;
  let isEmptied = false;
  for (const { values, isFile, onlyNegations } of spansOf(sources, section, name)) {
    if (onlyNegations) continue;
    if (!isNegated || (isFile && !isEmptied))
      found.push(...afterNegations(values).map(settingText));
    isNegated ||= values.includes(false);
    isEmptied ||= values.at(-1) === false && found.length === 0;
  }
  return found;
}

function settingText(value: SettingValue): string {
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
