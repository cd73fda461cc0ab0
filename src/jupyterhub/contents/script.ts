/** First and last line of what the script prints: a log without both was cut. */
export const logMarkers = { begin: 'imagespec-contents 1', end: 'imagespec-contents end' } as const;

/**
 * Lists the packages of the image that it runs in, one to a line, fields apart by tabs; `parseContents` reads it.
 *
 * POSIX sh with nothing but what an image happens to have: dpkg-query, rpm, awk, grep, readlink and Python are used when
 * they are there. Metadata is read by the shell itself, a few lines of each file, so that hundreds of packages start no process. Nothing is written,
 * as the file system may be read-only. Names with blanks or control characters are passed over: a line is one package.
 */
const script = `
LC_ALL=C
export LC_ALL
unset CDPATH GREP_OPTIONS
exec 2>/dev/null

# No function here has the name of a program that is looked for: the shell would find the function.
has() {
  command -v "$1" >/dev/null
}

list_debian() {
  if has dpkg-query; then
    has dpkg && printf 'architecture\\t%s\\n' "$(dpkg --print-architecture)"
    dpkg-query -W -f 'apt\\t\${Package}\\t\${Version}\\t\${Architecture}\\t\${Status}\\n'
  elif has awk; then
    # Images without dpkg itself; those of distroless have a file for each package, and no status in it.
    for file in /var/lib/dpkg/status /var/lib/dpkg/status.d/*; do
      [ -f "$file" ] && awk '
        function tell() { if (name != "") printf "apt\\t%s\\t%s\\t%s\\t%s\\n", name, version, architecture, status }
        /^Package: / { tell(); name = $2; version = ""; architecture = ""; status = "install ok installed" }
        /^Version: / { version = $2 }
        /^Architecture: / { architecture = $2 }
        /^Status: / { status = $2 " " $3 " " $4 }
        END { tell() }' "$file"
    done
  fi
}

list_alpine() {
  for file in /lib/apk/db/installed /usr/lib/apk/db/installed; do
    if [ -f "$file" ]; then
      awk '/^P:/ { name = substr($0, 3) } /^V:/ { printf "apk\\t%s\\t%s\\n", name, substr($0, 3) }' "$file"
      return
    fi
  done
}

# Sets "folder" to a folder without links in its path, when it is there, can be told in a line, and is not in the list $2.
folder() {
  case $1 in /*) ;; *) return 1 ;; esac
  folder=$(cd -P -- "$1" && pwd -P) || return 1
  case $folder in *[![:graph:]]*) return 1 ;; esac
  case ":$2:" in *":$folder:"*) return 1 ;; esac
}

environments=''
conda_environment() {
  folder "$1" "$environments" || return
  [ -d "$folder/conda-meta" ] || return
  environments=$environments:$folder
  printf 'conda-environment\\t%s\\n' "$folder"
  set --
  for file in "$folder"/conda-meta/*.json; do
    [ -f "$file" ] || continue
    name=\${file##*/}
    case $name in *[![:graph:]]*) continue ;; esac
    printf 'conda\\t%s\\n' "\${name%.json}"
    set -- "$@" "$file"
  done
  [ $# -gt 0 ] && grep -H -o -m 1 '"channel": *"[^"]*"' "$@" | while IFS= read -r line; do
    printf 'channel\\t%s\\n' "\${line#"$folder"/conda-meta/}"
  done
}

# The environment of a program: the folder above the one that it, or what it links to, is in.
prefix_of() {
  file=$(command -v "$1") || return
  has readlink && file=$(readlink -f "$file")
  printf '%s\\n' "\${file%/*}/.."
}

list_conda() {
  # The first is the one that an install goes to.
  conda_environment "$CONDA_PREFIX"
  conda_environment "$(prefix_of mamba)"
  conda_environment "$(prefix_of conda)"
  for root in "$CONDA_DIR" "$MAMBA_ROOT_PREFIX" /opt/conda /srv/conda "$(prefix_of python3)"; do
    [ -n "$root" ] || continue
    conda_environment "$root"
    for environment in "$root"/envs/*; do
      conda_environment "$environment"
    done
  done
}

# Sets "name" and "version" from the head of a METADATA, PKG-INFO or DESCRIPTION.
described() {
  name='' version='' lines=0
  [ -f "$1" ] && [ -r "$1" ] || return 1
  while [ "$lines" -lt 100 ] && { IFS= read -r line || [ -n "$line" ]; }; do
    lines=$((lines + 1))
    case $line in
      Name:* | Package:*) name=\${line#*:} ;;
      Version:*) version=\${line#*:} ;;
      '') break ;;
    esac
    [ -n "$name" ] && [ -n "$version" ] && return 0
  done <"$1"
  return 1
}

sites=''
site() {
  folder "$1" "$sites" || return
  sites=$sites:$folder
  printf 'site\\t%s\\t%s\\n' "$folder" "$2"
  for info in "$folder"/*.dist-info "$folder"/*.egg-info; do
    # What an uninstall has left behind starts with "~"; pip passes over it too.
    case \${info##*/} in '~'*) continue ;; esac
    described "$info/METADATA" || described "$info/PKG-INFO" || described "$info" || continue
    installer=''
    [ -f "$info/INSTALLER" ] && [ -r "$info/INSTALLER" ] && IFS= read -r installer <"$info/INSTALLER"
    printf 'pip\\t%s\\t%s\\t%s\\n' "$name" "$version" "$installer"
  done
}

list_python() {
  # Where the interpreter on the PATH looks is asked of itself; the others are found by the folders that are usual.
  interpreter=$(command -v python3 || command -v python)
  if [ -n "$interpreter" ]; then
    IFS='
'
    set -f
    set -- $("$interpreter" -c 'import sys
for path in sys.path[1:]: print(path)')
    set +f
    unset IFS
    for path; do
      site "$path" main
    done
  fi
  IFS=:
  set -f
  set -- $environments
  set +f
  unset IFS
  for root in "$VIRTUAL_ENV" "$@" /usr/local /usr /venv /opt/* /srv/*; do
    for path in "$root"/lib/python*/site-packages "$root"/lib/python*/dist-packages "$root"/lib64/python*/site-packages; do
      site "$path"
    done
  done
}

libraries=''
library() {
  folder "$1" "$libraries" || return
  libraries=$libraries:$folder
  printf 'library\\t%s\\n' "$folder"
  for file in "$folder"/*/DESCRIPTION; do
    described "$file" && printf 'r\\t%s\\t%s\\n' "$name" "$version"
  done
}

list_r() {
  IFS=:
  set -f
  set -- $R_LIBS $R_LIBS_SITE
  set +f
  for path in "$@" "$R_HOME/library"; do
    library "$path"
  done
  for root in /usr/local/lib/R /usr/lib/R /usr/lib64/R; do
    library "$root/site-library"
    library "$root/library"
  done
  for root in $environments; do
    library "$root/lib/R/library"
  done
  unset IFS
}

printf '${logMarkers.begin}\\n'
list_debian
list_alpine
has rpm && rpm -qa --qf 'rpm\\t%{NAME}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n'
list_conda
list_python
list_r
printf '${logMarkers.end}\\n'
`;

/** The command of a container of the image whose log `parseContents` reads. It takes no input, and ends with 0. */
export const contentsCommand: readonly string[] = ['/bin/sh', '-c', script];
