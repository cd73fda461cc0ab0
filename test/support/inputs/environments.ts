/** Files that data scientists have: what `init` reads, written out in full. The address is that of a public channel. */
export const url = 'https://conda.anaconda.org/conda-forge';
export const condaLock = `version: 1
metadata:
  channels: [{url: conda-forge, used_env_vars: []}]
  platforms: [linux-64, osx-arm64]
package:
- {name: numpy, version: 1.26.4, manager: conda, platform: linux-64, url: ${url}/linux-64/numpy-1.26.4-py311_0.conda, category: main}
- {name: numpy, version: 1.26.4, manager: conda, platform: osx-arm64, url: ${url}/osx-arm64/numpy-1.26.4-py311_1.conda, category: main}
- {name: pytest, version: 8.3.3, manager: conda, platform: linux-64, url: ${url}/noarch/pytest-8.3.3-pyhd_0.conda, category: dev}
- {name: six, version: 1.17.0, manager: pip, platform: linux-64, url: 'https://files.example/six.whl', category: main}
`;
export const pixiLock = `version: 6
environments:
  default:
    channels: [{url: ${url}/}]
    indexes: [https://pypi.org/simple]
    packages:
      linux-64:
      - conda: ${url}/linux-64/numpy-1.26.4-py311_0.conda
      - pypi: https://files.example/six-1.17.0-py2.py3-none-any.whl
      osx-64:
      - conda: ${url}/osx-64/numpy-1.26.4-py311_1.conda
packages:
- conda: ${url}/linux-64/numpy-1.26.4-py311_0.conda
- pypi: https://files.example/six-1.17.0-py2.py3-none-any.whl
  name: six
  version: 1.17.0
`;
export const pyproject = `[project]
name = "mine"
dependencies = [
  "astropy>=6",
  "sunpy",
]
requires-python = ">=3.11"
[project.optional-dependencies]
plot = ["matplotlib"]
all = ["mine[plot]", "tqdm"]
[dependency-groups]
test = ["pytest", {include-group = "base"}]
base = ["hypothesis"]
[tool.uv.sources]
sunpy = { git = "https://github.com/sunpy/sunpy", tag = "v6.0.0" }
`;
export const poetry = `[tool.poetry.dependencies]
python = "^3.11"
numpy = "^1.26.2"
six = "~1.16"
tqdm = "*"
old = "1.2"
zero = "^0.3.1"
extra = { version = ">=2,<3", extras = ["a", "b"], optional = false }
hidden = { version = "1", optional = true }
code = { git = "https://example.com/code.git", rev = "abc" }
local = { path = "../local" }
either = "1 || 2"
[tool.poetry.group.dev.dependencies]
pytest = "^8"
`;
export const pixi = `[workspace]
channels = ["conda-forge", { channel = "https://conda.anaconda.org/bioconda", priority = 1 }]
platforms = ["linux-64", "win-64"]
[dependencies]
python = "3.11.*"
numpy = ">=1.26, <3"
samtools = "1.20"
pytorch = { version = ">=2.5", build = "cuda*", channel = "conda-forge" }
any = "*"
[target.linux-64.dependencies]
glibc-tool = "*"
[target.win-64.dependencies]
pywin32 = "*"
[pypi-dependencies]
astropy = { version = ">=6", extras = ["all"] }
[system-requirements]
cuda = "12"
[activation.env]
OMP_NUM_THREADS = "1"
[feature.test.dependencies]
pytest = "*"
[environments]
ci = ["test"]
`;
export const pylock = `lock-version = "1.0"
requires-python = ">=3.11"
dependency-groups = ["dev", "docs"]
default-groups = ["dev"]
created-by = "uv"
[[packages]]
name = "numpy"
version = "2.1.3"
index = "https://pypi.org/simple"
wheels = [{ url = "https://files.example/numpy-2.1.3-cp311-cp311-linux_x86_64.whl", hashes = { sha256 = "00" } }]
[[packages]]
name = "colorama"
version = "0.4.6"
marker = "sys_platform == 'win32'"
[[packages]]
name = "torch"
version = "2.5.1+cu124"
index = "https://download.pytorch.org/whl/cu124"
[[packages]]
name = "mine"
[packages.directory]
path = "."
[[packages]]
name = "tool"
[packages.vcs]
type = "git"
url = "https://github.com/example/tool.git"
commit-id = "0123456789abcdef0123456789abcdef01234567"
subdirectory = "python"
[[packages]]
name = "data"
version = "1.0"
[packages.archive]
url = "https://files.example/data-1.0.tar.gz"
hashes = { sha256 = "00" }
[[packages]]
name = "pytest"
version = "8.3.3"
marker = '"dev" in dependency_groups'
[[packages]]
name = "sphinx"
version = "8.1.3"
marker = '"docs" in dependency_groups'
[[packages]]
name = "both"
version = "1"
marker = '"docs" in dependency_groups or "dev" in dependency_groups'
`;
export const pipfile = `[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"
[packages]
requests = "*"
numpy = {version = ">=1.26", markers = "sys_platform == 'linux'"}
[dev-packages]
pytest = "*"
[requires]
python_version = "3.11"
`;
