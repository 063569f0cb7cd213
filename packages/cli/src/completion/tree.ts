import type { Command, Option } from "commander";

/** What can follow what on the command line. */
export interface Node {
  /** Words after the program's name: "", "identity", "identity new". */
  readonly path: string;
  /** Commands below it, or values of its argument; where there are none, a file may stand. */
  readonly words: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly summary: string;
    readonly takesValue: boolean;
    /** Known values; where there are none, a file may stand. */
    readonly choices: readonly string[];
  }[];
}

/** Every command, the program itself first; commander makes its help command only when it is called. */
export function commandTree(program: Command): Node[] {
  const [root, ...below] = nodesOf(program, "");
  const help = { name: "help", summary: "explain a command" };
  return [
    { ...root!, words: [...root!.words, help] },
    ...below,
    { path: help.name, words: root!.words, options: [] },
  ];
}

function nodesOf(command: Command, path: string): Node[] {
  const node: Node = {
    path,
    words: [
      ...command.commands.map((child) => ({
        name: child.name(),
        summary: child.summary() || child.description(),
      })),
      ...command.registeredArguments.flatMap(({ argChoices }) => (argChoices ?? []).map(toWord)),
    ],
    options: command.options.map(describeOption),
  };
  const children = command.commands.flatMap((child) => nodesOf(child, `${path} ${child.name()}`.trim()));
  return [node, ...children];
}

function toWord(name: string): Node["words"][number] {
  return { name, summary: "" };
}

function describeOption(option: Option): Node["options"][number] {
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    summary: option.description,
    takesValue: option.required,
    choices: option.argChoices ?? [],
  };
}
