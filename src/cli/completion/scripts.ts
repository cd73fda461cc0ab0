/** Shells for which there is a script. */
export const shells = ['bash', 'zsh', 'fish', 'kubectl'] as const;
export type Shell = (typeof shells)[number];

const program = 'kubectl-imagespec';

/**
 * The completion of a shell for `kubectl-imagespec`. That of kubectl is a program `kubectl_complete-imagespec` for the PATH.
 * With it, `kubectl imagespec` completes in every shell in which kubectl does
 * (https://kubernetes.io/docs/reference/kubectl/generated/kubectl_plugin/).
 */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash;
    case 'zsh':
      return zsh;
    case 'fish':
      return fish;
    case 'kubectl':
      return `#!/bin/sh\nexec ${program} __complete -- "$@"\n`;
  }
}

/** The answer's last line is a directive, as Cobra has it: 0 lets the shell complete paths, 4 does not. */
const bash = `# bash completion of ${program}: source it, or put it into ~/.local/share/bash-completion/completions/${program}
_kubectl_imagespec() {
  local answer line word part glue=
  local -a words=()
  # bash takes --flag=value for three words.
  for part in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ $part == = && \${#words[@]} -gt 0 ]]; then
      words[-1]+="="
      glue=yes
    elif [[ -n $glue ]]; then
      words[-1]+=$part
      glue=
    else
      words+=("$part")
    fi
  done
  word=\${words[-1]}
  COMPREPLY=()
  answer=$(${program} __complete -- "\${words[@]}" 2>/dev/null) || return
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    case $line in
      :*) ;;
      *) [[ $word == *=* ]] && line=\${line#*=} ; COMPREPLY+=("$line") ;;
    esac
  done <<<"$answer"
  if [[ $answer == *:0 && \${#COMPREPLY[@]} -eq 0 ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "\${word#*=}")
  fi
}
complete -F _kubectl_imagespec ${program}
`;

const zsh = `#compdef ${program}
# zsh completion of ${program}: put it into a folder of $fpath as _${program}
_kubectl_imagespec() {
  local -a answer described
  local line
  answer=("\${(@f)$(${program} __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${answer[@]}"; do
    case $line in
      :0) _files ;;
      :*) ;;
      *) described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  _describe -t values value described
}
if [[ $funcstack[1] == _${program} ]]; then
  _kubectl_imagespec "$@"
else
  compdef _kubectl_imagespec ${program}
fi
`;

const fish = `# fish completion of ${program}: put it into ~/.config/fish/completions/${program}.fish
function __kubectl_imagespec
    set -l words (commandline -opc) (commandline -ct)
    set -l answer (${program} __complete -- $words[2..-1] 2>/dev/null)
    set -l directive $answer[-1]
    for line in $answer[1..-2]
        echo $line
    end
    if test "$directive" = ":0"
        __fish_complete_path (commandline -ct)
    end
end
complete -c ${program} -f -a '(__kubectl_imagespec)'
`;
