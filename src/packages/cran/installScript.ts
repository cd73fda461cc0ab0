/** R takes no more than this after `-e` (R, src/unix/system.c). */
export const longestScript = 10_000;

/**
 * Makes a header of what netrc(5) has for the host of the one repository. R itself reads no such file.
 */
const readNetrc = [
  'base64 <- function(text) { b <- as.integer(charToRaw(text))',
  'none <- -length(b) %% 3; m <- matrix(c(b, integer(none)), 3)',
  'i <- rbind(m[1, ] %/% 4, m[1, ] %% 4 * 16 + m[2, ] %/% 16, m[2, ] %% 16 * 4 + m[3, ] %/% 64, m[3, ] %% 64)',
  'out <- c(LETTERS, letters, 0:9, "+", "/")[i + 1]',
  'if (none) out[length(out) + 1 - seq_len(none)] <- "="',
  'paste(out, collapse = "") }',
  'word <- scan(Sys.getenv("NETRC"), "", quiet = TRUE, quote = "", comment.char = "")',
  'host <- sub("^https?://([^/:]+).*", "\\\\1", getOption("repos"))',
  'at <- c(which(word == "machine" & c(word[-1], "") == host[1]), which(word == "default"))[1]',
  'if (length(host) == 1 && !is.na(at)) { rest <- word[-seq_len(at)]',
  'secret <- paste(rest[match("login", rest) + 1], rest[match("password", rest) + 1], sep = ":")',
  'headers <- c(Authorization = paste("Basic", base64(secret))) }',
];

/**
 * The mirror of the variable CRAN_MIRROR, with the release of the base's system put in; else the repositories that the base
 * is configured with. The user agent is that by which a Posit Package Manager knows the system that binaries are for.
 */
const chooseRepository = [
  'release <- if (file.exists("/etc/os-release")) readLines("/etc/os-release")',
  'codename <- gsub("\\"|^VERSION_CODENAME=", "", grep("^VERSION_CODENAME=", release, value = TRUE))',
  'mirror <- sub("{codename}", c(codename, "")[1], Sys.getenv("CRAN_MIRROR"), fixed = TRUE)',
  'if (mirror == "" && "@CRAN@" %in% getOption("repos")) mirror <- "https://cloud.r-project.org"',
  'if (mirror != "") options(repos = c(CRAN = mirror))',
  'platform <- paste(getRversion(), R.version["platform"], R.version["arch"], R.version["os"])',
  'options(timeout = 600, HTTPUserAgent = sprintf("R/%s R (%s)", getRversion(), platform))',
];

/**
 * Every package is looked for before one is installed, so that a failure names all that are missing. A version that is not
 * the newest comes from the archive, which has no index: its file becomes a repository of its own. A server that does not answer
 * says nothing about a version; stores of files answer 403 for what they do not have.
 */
const findPackages = [
  'known <- available.packages(filters = list(), headers = headers)',
  'if (nrow(known) == 0) fail(paste("no index of packages in", paste(getOption("repos"), collapse = " ")))',
  'fits <- available.packages(headers = headers)',
  'archive <- tempfile(); dir.create(archive)',
  'fetch <- function(file, n) { for (repo in sub("/$", "", getOption("repos"))) { url <- paste(repo, "src/contrib/Archive", n, file, sep = "/")',
  'absent <- function(e) if (grepl("40[34]|410", conditionMessage(e))) FALSE else fail(sprintf("cannot download %s: %s", url, conditionMessage(e)))',
  'if (tryCatch(download.file(url, file.path(archive, file), quiet = TRUE, headers = headers) == 0, warning = absent, error = absent)) return(TRUE) }',
  'FALSE }',
  'fault <- function(n, v) { if (!n %in% rownames(known)) return(paste("CRAN has no package", n))',
  'if (is.na(v) && !n %in% rownames(fits)) return(sprintf("package %s does not fit R %s, it depends on %s", n, getRversion(), known[n, "Depends"]))',
  'if (is.na(v) || (n %in% rownames(fits) && fits[n, "Version"] == v) || fetch(sprintf("%s_%s.tar.gz", n, v), n)) return(NULL)',
  'sprintf("CRAN has no %s@%s, the newest version is %s", n, v, known[n, "Version"]) }',
  'faults <- unlist(Map(fault, name, version)); if (length(faults)) fail(faults)',
  'if (length(dir(archive))) { tools::write_PACKAGES(archive, type = "source")',
  'own <- available.packages(paste0("file://", archive), filters = list())',
  'fits <- rbind(own, fits[!rownames(fits) %in% rownames(own), , drop = FALSE]) }',
];

/** R only warns of what it could not install. */
const install = [
  'unmet <- function(w) if (grepl("^dependenc.* not available", conditionMessage(w))) fail(conditionMessage(w))',
  'withCallingHandlers(install.packages(name, available = fits, headers = headers), warning = unmet)',
  'have <- suppressWarnings(vapply(name, function(n) as.character(packageDescription(n, fields = "Version")), ""))',
  'failed <- name[is.na(have) | have != fits[name, "Version"]]',
  'if (length(failed)) fail(paste("package", failed, "was not installed"))',
];

/**
 * Statements of R that install the packages named in the arguments, as `NAME` or `NAME@VERSION`. Base R alone is needed.
 * A failure ends it with code 1 and lines `ERROR: …`, which the failure table reads.
 * @returns statements that stand on a line each, and do without single quotes
 */
export function installScript(netrc: 'WithNetrc' | 'WithoutNetrc'): readonly string[] {
  return [
    'asked <- commandArgs(TRUE); name <- sub("@.*", "", asked)',
    'version <- ifelse(grepl("@", asked), sub(".*@", "", asked), NA)',
    'fail <- function(lines) { message(paste0("ERROR: ", lines, collapse = "\\n")); quit("no", 1) }',
    ...chooseRepository,
    'headers <- NULL',
    ...(netrc === 'WithNetrc' ? readNetrc : []),
    ...findPackages,
    ...install,
  ];
}
