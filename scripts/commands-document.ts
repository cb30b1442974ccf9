import { COMMANDS } from "#src/cli/commands.js";
import { programFor } from "#src/cli/program.js";

const INTRO = `# Commands

The options of every command, as \`corelens COMMAND --help\` prints them. A letter means the same in every command.
`;

const WIDTH = 100;

/** `[name, help]` of every command without subcommands. */
const helps = await Promise.all(
  Object.keys(COMMANDS).map(async (name) => {
    const program = await programFor(name);
    const [command] = program.commands;
    const leaves = command!.commands.length > 0 ? command!.commands : [command!];
    return leaves.map((leaf) => {
      leaf.configureOutput({ getOutHelpWidth: () => WIDTH });
      const words = leaf === command ? name : `${name} ${leaf.name()}`;
      return `\n## ${words}\n\n\`\`\`\n${leaf.helpInformation().trim()}\n\`\`\`\n`;
    });
  }),
);

/** docs/commands.md, from the options of the commands. */
export function commandsDocument(): string {
  return INTRO + helps.flat().join("");
}
