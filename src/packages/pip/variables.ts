import type { SourceVariables } from '../sourceVariables.ts';

/**
 * pip reads each of its options from a variable: PIP_ and the option's name ("Configuration", pip.pypa.io). Besides the
 * indexes, files of constraints and requirements may name others, and so does a configuration file. So all count but
 * options that decide how packages are installed.
 */
export const pipVariables: SourceVariables = {
  names: [],
  prefixes: ['PIP_'],
  suffixes: [],
  harmless: [
    'BREAK_SYSTEM_PACKAGES',
    'COMPILE',
    'CONFIG_SETTINGS',
    'DEBUG',
    'DEFAULT_TIMEOUT',
    'DISABLE_PIP_VERSION_CHECK',
    'FORCE_REINSTALL',
    'IGNORE_INSTALLED',
    'IGNORE_REQUIRES_PYTHON',
    'NO_BINARY',
    'NO_BUILD_ISOLATION',
    'NO_CACHE_DIR',
    'NO_COLOR',
    'NO_COMPILE',
    'NO_DEPS',
    'NO_INPUT',
    'NO_WARN_CONFLICTS',
    'NO_WARN_SCRIPT_LOCATION',
    'ONLY_BINARY',
    'PRE',
    'PREFER_BINARY',
    'PREFIX',
    'PROGRESS_BAR',
    'QUIET',
    'REQUIRE_HASHES',
    'RETRIES',
    'ROOT_USER_ACTION',
    'TARGET',
    'TIMEOUT',
    'UPGRADE',
    'UPGRADE_STRATEGY',
    'USE_DEPRECATED',
    'USE_FEATURE',
    'USE_PEP517',
    'USER',
    'VERBOSE',
  ].map((option) => `PIP_${option}`),
};
