import type { Node } from "./tree.ts";

export function zshCompletion(tree: readonly Node[]): string {
  const paths = tree.map(({ path }) => path).filter((path) => path !== "");
  return `#compdef chirograph
# zsh completion of chirograph: source <(chirograph completion zsh), or save it as _chirograph in a folder of $fpath
_chirograph() {
  local here="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${here:+$here }$word" in
      ${paths.map(quote).join("|")}) here="\${here:+$here }$word" ;;
    esac
  done
  local -a choices
  case "$here|\${words[CURRENT-1]}" in
${tree.flatMap(valueCases).join("\n")}
  esac
  case "$here" in
${tree.map(wordCase).join("\n")}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _chirograph "$@"; else compdef _chirograph chirograph; fi
`;
}

function valueCases({ path, options }: Node): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const pattern = flags.map((flag) => quote(`${path}|${flag}`)).join("|");
      const reply = choices.length > 0 ? `compadd -- ${choices.join(" ")}` : "_files";
      return `    ${pattern}) ${reply}; return ;;`;
    });
}

function wordCase({ path, words, options }: Node): string {
  const described = [
    ...words.map(({ name, summary }) => quote(`${name}:${summary}`)),
    ...options.flatMap(({ flags, summary }) => flags.map((flag) => quote(`${flag}:${summary}`))),
  ];
  const files = words.length === 0 ? "; _files" : "";
  return `    ${quote(path)}) choices=(${described.join(" ")}); _describe chirograph choices${files} ;;`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
