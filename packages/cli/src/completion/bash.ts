import type { Node } from "./tree.ts";

export function bashCompletion(tree: readonly Node[]): string {
  return `# bash completion of chirograph: source <(chirograph completion bash)
# A reply a line: names may hold spaces. Bash 3.2, which macOS has, knows no mapfile.
_chirograph_reply() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@")
}
_chirograph() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${pathPattern(tree)}) path="\${path:+$path }$word" ;;
    esac
  done
  COMPREPLY=()
  case "$path|$previous" in
${tree.flatMap(valueCases).join("\n")}
  esac
  local commands="" options=""
  case "$path" in
${tree.map(wordCase).join("\n")}
  esac
  if [[ $current == -* ]]; then
    _chirograph_reply -W "$options" -- "$current"
  elif [[ -n $commands ]]; then
    _chirograph_reply -W "$commands" -- "$current"
  else
    _chirograph_reply -f -- "$current"
  fi
}
# Readline itself completes names that are quoted.
complete -o filenames -o default -F _chirograph chirograph
`;
}

function pathPattern(tree: readonly Node[]): string {
  return tree
    .filter(({ path }) => path !== "")
    .map(({ path }) => `"${path}"`)
    .join("|");
}

/** Values of an option that has a list of them; other values are files. */
function valueCases({ path, options }: Node): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const pattern = flags.map((flag) => `"${path}|${flag}"`).join("|");
      const reply = choices.length > 0 ? `-W "${choices.join(" ")}"` : "-f";
      return `    ${pattern}) _chirograph_reply ${reply} -- "$current"; return ;;`;
    });
}

function wordCase({ path, words, options }: Node): string {
  const names = words.map(({ name }) => name).join(" ");
  const flags = [...options.flatMap((option) => option.flags), "--help"].join(" ");
  return `    "${path}") commands="${names}"; options="${flags}" ;;`;
}
