import type { Node } from "./tree.ts";

const names = ["cc-orchestrator", "cco"] as const;

/** A script for each shell that completes commands and flags. No word of it comes from outside. */
export const scripts = { bash, zsh, fish } as const satisfies Record<string, (tree: readonly Node[]) => string>;
export type Shell = keyof typeof scripts;

function bash(tree: readonly Node[]): string {
  const cases = tree.map(
    ({ words, choices, flags }) =>
      `    ${patternOf(words)}) choices="${choices.map(({ word }) => word).join(" ")}" flags="${flags.map(({ long }) => long).join(" ")}" ;;`,
  );
  return `# bash completion for cc-orchestrator. Load it: source <(cc-orchestrator completion bash)
_cc_orchestrator() {
  local current="\${COMP_WORDS[COMP_CWORD]}" plain="" word choices="" flags=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ "$word" == -* ]] || plain="$plain\${plain:+ }$word"
  done
  case "$plain" in
${cases.join("\n")}
  esac
  if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [[ -n "$choices" ]]; then COMPREPLY=($(compgen -W "$choices" -- "$current"))
  fi
}
complete -o default -F _cc_orchestrator ${names.join(" ")}
`;
}

function zsh(tree: readonly Node[]): string {
  const item = (word: string, description: string) => quoted(`${word}:${description.replaceAll(":", "\\:")}`);
  const cases = tree.map(({ words, choices, flags }) => {
    const some = choices.map(({ word, description }) => item(word, description));
    const more = flags.map(({ long, description }) => item(long, description));
    return `    ${patternOf(words)}) choices=(${some.join(" ")}) flags=(${more.join(" ")}) ;;`;
  });
  return `#compdef ${names.join(" ")}
# zsh completion for cc-orchestrator. Load it: source <(cc-orchestrator completion zsh)
_cc_orchestrator() {
  local -a before choices flags
  before=(\${words[2,CURRENT-1]})
  before=(\${before:#-*})
  case "\${(j: :)before}" in
${cases.join("\n")}
  esac
  if [[ "$PREFIX" == -* ]]; then _describe 'flag' flags
  elif (( \${#choices} )); then _describe 'command' choices
  else _files
  fi
}
if [[ "\${funcstack[1]}" == "_cc_orchestrator" ]]; then _cc_orchestrator "$@"
else compdef _cc_orchestrator ${names.join(" ")}
fi
`;
}

function fish(tree: readonly Node[]): string {
  const lines = names.flatMap((name) =>
    tree.flatMap(({ words, choices, flags }) => [
      ...choices.map(
        ({ word, description }) =>
          `complete -c ${name} -f -n '__cc_orchestrator_at "${words}"' -a ${word} -d ${quoted(description)}`,
      ),
      ...flags.map(
        ({ long, takesValue, description }) =>
          `complete -c ${name} -n '__cc_orchestrator_in "${words}"' -l ${long.slice(2)}${takesValue ? " -r" : ""} -d ${quoted(description)}`,
      ),
    ]),
  );
  return `# fish completion for cc-orchestrator. Load it: cc-orchestrator completion fish | source
function __cc_orchestrator_words
  string match --invert -- '-*' (commandline -opc)[2..]
end
function __cc_orchestrator_at
  test (string join ' ' (__cc_orchestrator_words)) = "$argv[1]"
end
function __cc_orchestrator_in
  string match --quiet -- "$argv[1] *" (string join ' ' (__cc_orchestrator_words))" "
end
${lines.join("\n")}
`;
}

/** A leaf's words may be followed by its arguments. */
function patternOf(words: string): string {
  return words === "" ? '""' : `"${words}"|"${words} "*`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
