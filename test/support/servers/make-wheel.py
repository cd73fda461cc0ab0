"""Writes a wheel with one module. Usage: make-wheel.py FOLDER NAME VERSION."""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

folder, name, version = sys.argv[1:]
module = name.replace("-", "_")
info = f"{module}-{version}.dist-info"
files = {
    f"{module}.py": f'__version__ = "{version}"\n',
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: make-wheel\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
record = "".join(
    f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text.encode())}\n"
    for path, text in files.items()
)
with zipfile.ZipFile(Path(folder) / f"{module}-{version}-py3-none-any.whl", "w") as wheel:
    for path, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
        wheel.writestr(path, text)
