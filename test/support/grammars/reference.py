"""Reads [manager, entry] pairs as a JSON array and answers which the real parsers take: packaging's and rattler's."""

import json
import sys

import rattler
from packaging.requirements import InvalidRequirement, Requirement
from rattler.exceptions import InvalidMatchSpecError


def takes(manager: str, entry: str) -> bool:
    try:
        if manager == "pip":
            Requirement(entry)
        else:
            # Not "strict": rattler's strict reading refuses `numpy 1.26`, which conda and mamba take.
            rattler.MatchSpec(entry, strict=False)
    except (InvalidRequirement, InvalidMatchSpecError):
        return False
    return True


json.dump([takes(manager, entry) for manager, entry in json.load(sys.stdin)], sys.stdout)
