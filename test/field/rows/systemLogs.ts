import type { FieldInput } from '../field.ts';

const issues = (path: string) => `https://github.com/${path}`;
const unreached = 'infrastructure, with its address; never a missing package';

/** The same of apt, R, and programs that fetch. */
export const systemLogInputs: readonly FieldInput[] = [
  {
    source: issues('CypherpunkArmory/UserLAnd/issues/665'),
    input: 'apt goes on after its index was not fetched, and then knows no package',
    expected: unreached,
    tried: {
      is: 'log',
      text: "Err:1 http://deb.debian.org/debian stable InRelease\n  Temporary failure resolving 'deb.debian.org'\nReading package lists...\nW: Failed to fetch http://deb.debian.org/debian/dists/stable/InRelease  Temporary failure resolving 'deb.debian.org'\nW: Some index files failed to download. They have been ignored, or old ones used instead.\nReading package lists...\nE: Unable to locate package libgdal-dev\nE: Couldn't find any package by glob 'python3.12'",
      exitCode: 100,
      row: 'apt-unreachable',
      says: 'apt could not fetch http://deb.debian.org/debian/dists/stable/InRelease',
    },
  },
  {
    source: issues('Shippable/support/issues/1272'),
    input: "a third party's archive that answers 502",
    expected: unreached,
    found: 'only the exit code',
    tried: {
      is: 'log',
      text: 'W: Failed to fetch http://www.apache.example/dist/cassandra/debian/dists/21x/main/source/Sources  502  Bad Gateway [IP: 192.0.2.1 80]\n\nE: Some index files failed to download. They have been ignored, or old ones used instead.',
      exitCode: 100,
      row: 'apt-unreachable',
      says: 'apt could not fetch http://www.apache.example/dist/cassandra/debian/dists/21x/main/source/Sources',
    },
  },
  {
    source: issues('Shippable/support/issues/5038'),
    input: 'an archive by https, and an apt that knows http only',
    expected: "the base's apt, not the archive",
    found: 'only the exit code',
    tried: {
      is: 'log',
      text: 'Reading package lists...\nE: The method driver /usr/lib/apt/methods/https could not be found.\nN: Is the package apt-transport-https installed?\nE: Failed to fetch https://downloads.apache.example/cassandra/debian/dists/36x/InRelease  \nE: Some index files failed to download. They have been ignored, or old ones used instead.',
      exitCode: 100,
      row: 'apt-https',
      says: 'the apt of the base image cannot read an archive by https',
    },
  },
  {
    source: issues('SynoCommunity/spksrc/issues/2367'),
    input: 'mirrors that do not resolve while packages are fetched',
    expected: unreached,
    tried: {
      is: 'log',
      text: "Err http://ftp.fr.debian.example/debian/ jessie/main libapt-pkg4.12 armhf 1.0.9.8.1\n  Could not resolve 'ftp.fr.debian.example'\nE: Failed to fetch http://ftp.fr.debian.example/debian/pool/main/a/apt/libapt-pkg4.12_1.0.9.8.3_armhf.deb  Could not resolve 'ftp.fr.debian.example'\nE: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?",
      exitCode: 100,
      row: 'apt-unreachable',
      says: 'apt could not fetch http://ftp.fr.debian.example/debian/pool/main/a/apt/libapt-pkg4.12_1.0.9.8.3_armhf.deb',
    },
  },
  {
    source: issues('aws-samples/aws-fargate-with-rstudio-open-source/issues/2'),
    input: 'R: downloads that end after 60 seconds, between others that work',
    expected: unreached,
    found: 'only the exit code',
    tried: {
      is: 'log',
      text: "  cannot open URL 'https://packagemanager.example/cran/__linux__/focal/2021-08-09/src/contrib/googlesheets4_1.0.0.tar.gz'\nIn addition: Warning message:\nIn download.file(url, destfile, method, mode = \"wb\", ...) :\n  URL 'https://packagemanager.example/cran/__linux__/focal/2021-08-09/src/contrib/googlesheets4_1.0.0.tar.gz': Timeout of 60 seconds was reached\nWarning in download.packages(pkgs, destdir = tmpd, available = available,  :\n  download of package ‘googlesheets4’ failed\ntrying URL 'https://packagemanager.example/cran/__linux__/focal/2021-08-09/src/contrib/ggplot2_3.3.5.tar.gz'\ndownloaded 3.9 MB",
      exitCode: 1,
      row: 'cran-download',
      says: 'R could not download https://packagemanager.example/cran/__linux__/focal/2021-08-09/src/contrib/googlesheets4_1.0.0.tar.gz',
    },
  },
  {
    source: issues('virtualstaticvoid/heroku-buildpack-r/issues/16'),
    input: 'R: a mirror that takes no connection',
    expected: unreached,
    found: 'only the exit code',
    tried: {
      is: 'log',
      text: "trying URL 'http://cran.fhcrc.example/src/contrib/labeling_0.2.tar.gz'\nError in download.file(url, destfile, method, mode = \"wb\", ...) : \n  cannot open URL 'http://cran.fhcrc.example/src/contrib/labeling_0.2.tar.gz'\nIn addition: Warning message:\nIn download.file(url, destfile, method, mode = \"wb\", ...) :\n  unable to connect to 'cran.fhcrc.example' on port 80.\nWarning in download.packages(pkgs, destdir = tmpd, available = available,  :\n  download of package 'labeling' failed",
      exitCode: 1,
      row: 'cran-download',
      says: 'R could not download http://cran.fhcrc.example/src/contrib/labeling_0.2.tar.gz',
    },
  },
  {
    source: issues('h2oai/h2o-3/issues/15693'),
    input: 'R: a large file that breaks off',
    expected: unreached,
    found: 'only the exit code',
    tried: {
      is: 'log',
      text: 'Error in download.file(url, destfile, method, mode = "wb", ...) :\n  download from \'http://h2o-release.example/h2o/latest_stable_R/src/contrib/h2o_3.42.0.2.tar.gz\' failed\nIn addition: Warning messages:\n1: In download.file(url, destfile, method, mode = "wb", ...) :\n  downloaded length 0 != reported length 0\n2: In download.file(url, destfile, method, mode = "wb", ...) :\n  URL \'http://h2o-release.example/h2o/latest_stable_R/src/contrib/h2o_3.42.0.2.tar.gz\': Timeout of 60 seconds was reached\nWarning in download.packages(pkgs, destdir = tmpd, available = available,  :\n  download of package \'h2o\' failed',
      exitCode: 1,
      row: 'cran-download',
      says: 'R could not download http://h2o-release.example/h2o/latest_stable_R/src/contrib/h2o_3.42.0.2.tar.gz',
    },
  },
  {
    source: issues('r-hub/containers/issues/39'),
    input: 'R: a file that the index lists and the server has not',
    expected: 'the address; the package is known',
    found: 'only the exit code',
    tried: {
      is: 'log',
      text: "Error in download.file(url, destfile, method, mode = \"wb\", ...) : \n  cannot open URL 'https://repos.example/main/src/contrib/ps_1.7.5.tar.gz'\nIn addition: Warning messages:\n2: In download.file(url, destfile, method, mode = \"wb\", ...) :\n  cannot open URL 'https://repos.example/main/src/contrib/ps_1.7.5.tar.gz': HTTP status was '404 Not Found'\nWarning in download.packages(pkgs, destdir = tmpd, available = available,  :\n  download of package ‘ps’ failed",
      exitCode: 1,
      row: 'cran-download',
      says: 'R could not download https://repos.example/main/src/contrib/ps_1.7.5.tar.gz',
    },
  },
  {
    source: issues('mamba-org/mamba/issues/2106'),
    input: 'wget in a step cannot resolve a host; tar fails behind it',
    expected: 'the host, not tar',
    found: 'only the exit code',
    tried: {
      is: 'log',
      text: '--2022-11-10 12:24:53--  https://micro.mamba.example/api/micromamba/linux-64/latest\nResolving micro.mamba.example (micro.mamba.example)... failed: Temporary failure in name resolution.\nwget: unable to resolve host address ‘micro.mamba.example’\n\nbzip2: Compressed file ends unexpectedly;\n        perhaps it is corrupted?  *Possible* reason follows.\ntar: Child returned status 2',
      exitCode: 2,
      row: 'step-unreachable',
      says: 'could not reach a host (micro.mamba.example)',
    },
  },
];
