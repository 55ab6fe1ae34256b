"""Packages that leave a trace if any of their code runs, and a way to corrupt one."""

import base64
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

# In every file that a package unpacks to.
MARK = "left by a package that must not be here"


def _trace(trace: Path) -> str:
    """Returns Python code that creates a file."""
    return f"import pathlib; pathlib.Path({str(trace)!r}).write_text({MARK!r})\n"


def wheel(folder: Path, trace: Path, name: str = "demo_pkg", tag: str = "py3-none-any", module: str = "") -> Path:
    """Creates a wheel, version 1.0, whose module and .pth file leave a trace as soon as an interpreter loads them.

    Args:
      folder: where to put it.
      trace: the file that it creates.
      name: the distribution's name, in the form used in file names.
      tag: the wheel's tag: Python, ABI and platform.
      module: the name of the module and the .pth file, if it differs.
    """
    info, module = f"{name}-1.0.dist-info", module or name
    files = {
        f"{module}.py": _trace(trace),
        f"{module}.pth": _trace(trace),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = "".join(f"{path},{_record(text)},{len(text)}\n" for path, text in files.items())
    path = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(member, text)
    return path


def _record(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sdist(folder: Path, trace: Path) -> Path:
    """Creates an sdist, version 1.0, that leaves a trace when it is built: its backend and its setup.py do."""
    settings = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    files = {
        "PKG-INFO": "Metadata-Version: 2.1\nName: demo_pkg\nVersion: 1.0\n",
        "backend.py": _trace(trace),
        "pyproject.toml": settings,
        "setup.py": _trace(trace),
    }
    return _tarball(folder / "demo_pkg-1.0.tar.gz", {f"demo_pkg-1.0/{name}": text for name, text in files.items()})


def npm_package(folder: Path, trace: Path) -> Path:
    """Creates an npm package, version 1.0.0, whose scripts leave a trace when it is installed."""
    script = f"echo '{MARK}' >> '{trace}'"
    scripts = dict.fromkeys(["preinstall", "install", "postinstall", "prepare"], script)
    manifest = {"name": "demo-pkg", "version": "1.0.0", "scripts": scripts}
    files = {"package/package.json": json.dumps(manifest), "package/index.js": f"// {MARK}\n"}
    return _tarball(folder / "demo-pkg-1.0.0.tgz", files)


def _tarball(path: Path, files: Mapping[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def flip_a_byte(path: Path, where: int) -> None:
    """Changes one bit of a file."""
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)
