#!/opt/rattler/bin/python
"""`conda` and `mamba` of the stand-in base image: solves and installs for real, by rattler, against real channels.

Stands for the commands that the official images have, as far as a build uses them: `install`, `clean`, `list` and
`info`. A channel by name is looked up below CONDA_CHANNEL_ALIAS, by default the folder of small channels that is in
this image. Words of its errors are conda's own.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

import rattler

PREFIX = Path(os.environ.get("CONDA_PREFIX") or "/opt/conda")
ALIAS = (os.environ.get("CONDA_CHANNEL_ALIAS") or "file:///opt/channels").rstrip("/") + "/"
DEFAULT_CHANNELS = ["conda-forge"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=Path(sys.argv[0]).name)
    commands = parser.add_subparsers(dest="command", required=True)
    install = commands.add_parser("install")
    install.add_argument("-c", "--channel", action="append", default=[])
    install.add_argument("--override-channels", action="store_true")
    install.add_argument("-y", "--yes", action="store_true")
    install.add_argument("-q", "--quiet", action="store_true")
    install.add_argument("packages", nargs="+")
    clean = commands.add_parser("clean")
    clean.add_argument("-a", "--all", action="store_true")
    clean.add_argument("-y", "--yes", action="store_true")
    clean.add_argument("-f", "--force-pkgs-dirs", action="store_true")
    listing = commands.add_parser("list")
    listing.add_argument("--json", action="store_true")
    commands.add_parser("info").add_argument("--json", action="store_true")
    return parser.parse_args()


def installed() -> list[rattler.PrefixRecord]:
    return [rattler.PrefixRecord.from_path(path) for path in sorted((PREFIX / "conda-meta").glob("*.json"))]


def channel(name: str) -> rattler.Channel:
    return rattler.Channel(name, rattler.ChannelConfig(channel_alias=ALIAS))


def parse(text: str) -> tuple[rattler.MatchSpec, list[str]]:
    """The specification, with a channel of its own as a URL, and that channel's name."""
    named, separator, rest = text.rpartition("::")
    if separator == "":
        return rattler.MatchSpec(text), []
    return rattler.MatchSpec(f"{channel(named).base_url.rstrip('/')}::{rest}"), [named]


async def available(name: str, channels: list[rattler.Channel], gateway: rattler.Gateway) -> bool:
    found = await gateway.query(channels, [rattler.Subdir("noarch"), rattler.Subdir("linux-64")], [name], recursive=False)
    return any(len(records) > 0 for records in found)


async def install(options: argparse.Namespace) -> int:
    specs = []
    named = options.channel + ([] if options.override_channels or options.channel else DEFAULT_CHANNELS)
    for text in options.packages:
        try:
            spec, own = parse(text)
            specs.append(spec)
            # A channel that an entry itself names is looked at too, as mamba does.
            named += own
        except Exception as error:
            print(f"InvalidMatchSpec: Invalid spec '{text}': {error}", file=sys.stderr)
            return 1
    with tempfile.TemporaryDirectory() as cache:
        gateway = rattler.Gateway(cache_dir=Path(cache) / "repodata")
        channels = [channel(name) for name in dict.fromkeys(named)]
        try:
            missing = [
                text
                for text, spec in zip(options.packages, specs)
                if spec.name is not None and not await available(spec.name.normalized, channels, gateway)
            ]
        except Exception as error:
            print(f"UnavailableInvalidChannel: {error}", file=sys.stderr)
            return 1
        if missing:
            print("PackagesNotFoundError: The following packages are not available from current channels:\n", file=sys.stderr)
            print("\n".join(f"  - {text}" for text in missing), file=sys.stderr)
            return 1
        present = installed()
        asked = {spec.name.normalized for spec in specs if spec.name is not None}
        # What is there stays, in a version that fits.
        specs += [rattler.MatchSpec(record.name.normalized) for record in present if record.name.normalized not in asked]
        try:
            records = await rattler.solve(
                channels,
                specs,
                gateway=gateway,
                locked_packages=present,
                virtual_packages=rattler.VirtualPackage.detect(),
            )
        except Exception as error:
            print("LibMambaUnsatisfiableError: Encountered problems while solving:", file=sys.stderr)
            print("\n".join(f"  - {line}" for line in str(error).splitlines() if line.strip()), file=sys.stderr)
            return 1
        await rattler.install(
            records, target_prefix=PREFIX, cache_dir=Path(cache) / "packages", installed_packages=present, show_progress=False
        )
    for record in records:
        print(f"  + {record.name.normalized} {record.version} {record.build} {record.channel}")
    return 0


def main() -> int:
    options = arguments()
    match options.command:
        case "install":
            return asyncio.run(install(options))
        case "list":
            records = [{"name": r.name.normalized, "version": str(r.version), "build_string": r.build, "channel": r.channel} for r in installed()]
            print(json.dumps(records, indent=2) if options.json else "\n".join(f"{r['name']} {r['version']}" for r in records))
            return 0
        case "info":
            print(json.dumps({"root_prefix": str(PREFIX), "channel_alias": ALIAS, "channels": DEFAULT_CHANNELS}))
            return 0
        case "clean":
            # Nothing is kept between two installs.
            return 0
    return 2


code = main()
sys.stdout.flush()
sys.stderr.flush()
# Not sys.exit: rattler's threads outlive the work, and one that lets go of a Python object while the interpreter is
# taken down ends in a segmentation fault (seen on a new machine).
os._exit(code)
