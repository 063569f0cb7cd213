import { Argument, type Command } from "commander";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { commandTree } from "../completion/tree.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { addCommand, type Perform, teach } from "./command.ts";

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
type Shell = keyof typeof shells;

export function addCompletionCommand(program: Command, perform: Perform): void {
  const completion = addCommand(program, "completion", "print a script that completes commands in your shell")
    .addArgument(new Argument("<shell>", "your shell").choices(Object.keys(shells)))
    .action(
      perform((_, shell: Shell) => {
        const script = shells[shell](commandTree(program));
        return { lines: [script.trimEnd()], document: { shell, script } };
      }),
    );
  teach(
    completion,
    `To load it now, or in your shell's start file:
  bash   source <(chirograph completion bash)
  zsh    source <(chirograph completion zsh)
  fish   chirograph completion fish | source`,
  );
}
