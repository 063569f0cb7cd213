import type { Node } from "./tree.ts";

export function fishCompletion(tree: readonly Node[]): string {
  return `# fish completion of chirograph: chirograph completion fish | source
complete -c chirograph -f
${tree.flatMap(lines).join("\n")}
`;
}

function lines({ path, words, options }: Node): string[] {
  const here = condition(path, words);
  return [
    ...words.map(({ name, summary }) => `complete -c chirograph -n ${here} -a ${name} -d ${quote(summary)}`),
    ...options.map(({ flags, summary, takesValue, choices }) => {
      const names = flags.map((flag) =>
        flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const values = choices.length > 0 ? ` -x -a ${quote(choices.join(" "))}` : takesValue ? " -r -F" : "";
      return `complete -c chirograph -n ${here} ${names.join(" ")}${values} -d ${quote(summary)}`;
    }),
    ...(words.length === 0 ? [`complete -c chirograph -n ${here} -F`] : []),
  ];
}

/** True where the words of `path` were typed and none of the commands below it. */
function condition(path: string, words: Node["words"]): string {
  const seen = path.split(" ").filter((word) => word !== "");
  const parts = seen.map((word) => `__fish_seen_subcommand_from ${word}`);
  if (words.length > 0)
    parts.push(`not __fish_seen_subcommand_from ${words.map(({ name }) => name).join(" ")}`);
  return quote(parts.join("; and "));
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
