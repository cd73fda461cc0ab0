"""Makes the conda channel of the stand-in base image: a few small packages, indexed by rattler.

(conda-index itself does not start without conda, which PyPI does not have in a current version.)

Usage: channel.py FOLDER. The packages are pure Python for the environment's own interpreter, which no channel brings.
"""

import asyncio
import hashlib
import io
import json
import os
import sys
import sysconfig
import tarfile
from pathlib import Path

from rattler.index import index_fs

# (name, version, depends): enough to solve for: a chain, two versions, a conflict and something that nothing provides.
PACKAGES = [
    ("tidepool", "1.0.0", []),
    ("tidepool", "1.4.0", []),
    ("tidepool", "2.0.0", []),
    ("kelp", "0.3.0", ["tidepool >=1,<2"]),
    ("urchin", "5.1.0", ["tidepool >=2"]),
    ("driftwood", "1.0.0", ["no-such-package-anywhere"]),
]


def add(archive: tarfile.TarFile, path: str, content: bytes) -> None:
    entry = tarfile.TarInfo(path)
    entry.size = len(content)
    entry.mode = 0o664
    archive.addfile(entry, io.BytesIO(content))


def write_package(folder: Path, name: str, version: str, depends: list[str]) -> None:
    module = f'"""A package of the stand-in channel."""\n\n__version__ = "{version}"\n'.encode()
    # Where the environment's own Python imports from.
    path = f"{Path(sysconfig.get_path('purelib')).relative_to(sys.prefix)}/{name.replace('-', '_')}.py"
    index = {
        "name": name,
        "version": version,
        "build": "0",
        "build_number": 0,
        "depends": depends,
        "subdir": "noarch",
        "noarch": "generic",
        "license": "Apache-2.0",
        "timestamp": 1700000000000,
    }
    paths = {
        "paths_version": 1,
        "paths": [
            {
                "_path": path,
                "path_type": "hardlink",
                "sha256": hashlib.sha256(module).hexdigest(),
                "size_in_bytes": len(module),
            }
        ],
    }
    with tarfile.open(folder / f"{name}-{version}-0.tar.bz2", "w:bz2") as archive:
        add(archive, "info/index.json", json.dumps(index).encode())
        add(archive, "info/paths.json", json.dumps(paths).encode())
        add(archive, path, module)


def main() -> None:
    channel = Path(sys.argv[1])
    noarch = channel / "noarch"
    noarch.mkdir(parents=True)
    for name, version, depends in PACKAGES:
        write_package(noarch, name, version, depends)
    asyncio.run(index_fs(channel, write_zst=False, write_shards=False))


main()
# As in conda.py: rattler's threads must not see the interpreter being taken down.
sys.stdout.flush()
os._exit(0)
