import { addSetting, type Settings } from "./settings.ts";

/** The settings of a node's command line, whose first word is the program: `bitcoind -regtest --rpcport=8000`. */
export function parseCommandLine(words: readonly string[]): Settings {
  const settings: Settings = new Map();
  for (const word of words.slice(1)) {
    const match = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(word);
    // The first word that is not an option ends the options.
    if (!match) break;
    addSetting(settings, match[1]!, match[2]);
  }
  return settings;
}
