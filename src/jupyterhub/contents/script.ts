import { managerList, managers } from '../../packages/managers.ts';

/** First and last line of what the script prints: a log without both was cut. */
export const logMarkers = { begin: 'imagespec-contents 1', end: 'imagespec-contents end' } as const;

/**
 * Lists the packages of the image that it runs in, one to a line, fields apart by tabs; `parseContents` reads it.
 *
 * POSIX sh with nothing but what an image happens to have: dpkg-query, rpm, awk, grep, readlink and Python are used when
 * they are there. The shell itself reads metadata, a few lines of each file. Hundreds of packages then start no process.
 * Nothing is written, as the file system may be read-only. Names with blanks or control characters are passed over: a line
 * is one package.
 */
const head = `
LC_ALL=C
export LC_ALL
unset CDPATH GREP_OPTIONS
exec 2>/dev/null

# No function here has the name of a program that is looked for: the shell would find the function.
has() {
  command -v "$1" >/dev/null
}
`;

/** What the functions of the managers call. */
const shared = `
# Sets "folder" to a path without links, when the folder exists, its path fits on a line, and the list $2 lacks it.
folder() {
  case $1 in /*) ;; *) return 1 ;; esac
  folder=$(cd -P -- "$1" && pwd -P) || return 1
  case $folder in *[![:graph:]]*) return 1 ;; esac
  case ":$2:" in *":$folder:"*) return 1 ;; esac
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
`;

/** Systems whose packages no list of a spec installs. */
const otherSystems = `
list_alpine() {
  for file in /lib/apk/db/installed /usr/lib/apk/db/installed; do
    if [ -f "$file" ]; then
      awk '/^P:/ { name = substr($0, 3) } /^V:/ { printf "apk\\t%s\\t%s\\n", name, substr($0, 3) }' "$file"
      return
    fi
  done
}
`;

const functions = managerList.map(({ contents }) => contents.functions);
const otherCalls = managerList.filter(({ name }) => name !== 'apt').map(({ contents }) => contents.call);

const script = [
  head,
  shared,
  otherSystems,
  ...functions,
  `
printf '${logMarkers.begin}\\n'
${managers.apt.contents.call}
list_alpine
has rpm && rpm -qa --qf 'rpm\\t%{NAME}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n'
${otherCalls.join('\n')}
printf '${logMarkers.end}\\n'
`,
].join('');

/** The command of a container of the image whose log `parseContents` reads. It takes no input, and ends with 0. */
export const contentsCommand: readonly string[] = ['/bin/sh', '-c', script];
