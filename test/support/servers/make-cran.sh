# Makes a repository in the form of CRAN at $1, with R itself. Its snapshots are folders by date.
set -eu
repository=$1
work=$(mktemp -d)
cd "$work"

# describe NAME VERSION [FIELD]: the sources of a package, whose one function gives its version.
describe() {
  rm -rf "$1"
  mkdir -p "$1/R"
  cat >"$1/DESCRIPTION" <<END
Package: $1
Version: $2
Title: A Stand-In for a Package of CRAN
Description: Stands in for a package of CRAN in tests.
Author: ImageSpec
Maintainer: ImageSpec <imagespec@example.com>
License: Apache License (>= 2.0)
END
  [ -z "${3:-}" ] || echo "$3" >>"$1/DESCRIPTION"
  echo 'exportPattern("^[a-z]")' >"$1/NAMESPACE"
  echo "whichever <- function() \"$2\"" >"$1/R/whichever.R"
}

# index FOLDER: writes the index of a snapshot.
index() {
  Rscript -e "invisible(tools::write_PACKAGES('$1/src/contrib', type = 'source'))"
}

old=$repository/2026-10-01
new=$repository/2026-11-01
mkdir -p "$old/src/contrib" "$new/src/contrib/Archive/kelp" "$repository/binary"

describe kelp 1.2.0
R CMD build kelp >/dev/null
cp kelp_1.2.0.tar.gz "$old/src/contrib/"
mv kelp_1.2.0.tar.gz "$new/src/contrib/Archive/kelp/"
index "$old"

describe kelp 1.3.0
R CMD build kelp >/dev/null
R CMD INSTALL --build --library="$work" kelp_1.3.0.tar.gz >/dev/null 2>&1
mv kelp_1.3.0_R_*.tar.gz "$repository/binary/kelp_1.3.0.tar.gz"
rm -rf kelp
describe urchin 0.1.0 'Imports: kelp (>= 1.3.0)'
R_LIBS=$work R CMD build urchin >/dev/null
describe oyster 0.1.0
cat >oyster/configure <<'END'
#!/bin/sh
# The words with which packages of the r-lib project end their configuration.
echo '------------------------- ANTICONF ERROR ---------------------------'
echo 'Configuration failed because libxml-2.0 was not found. Try installing:'
echo ' * deb: libxml2-dev (Debian, Ubuntu, etc)'
echo ' * rpm: libxml2-devel (Fedora, CentOS, RHEL)'
echo '--------------------------------------------------------------------'
exit 1
END
chmod +x oyster/configure
R CMD build oyster >/dev/null
mv kelp_1.3.0.tar.gz urchin_0.1.0.tar.gz oyster_0.1.0.tar.gz "$new/src/contrib/"
index "$new"
rm -rf "$work"
