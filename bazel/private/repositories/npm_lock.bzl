"""Reads npm lock files, and checks that npm verifies the hash of every package. Pure functions.

A lock is a decoded package-lock.json: `packages` has an entry (dict) per folder, "" for the project itself and for
example "node_modules/a/node_modules/@b/c" for a package.
"""

# From hash algorithm to base64 length. npm ignores malformed hashes. SHA-1 is not accepted, because it can be forged.
_HASHES = {"sha256": 44, "sha384": 64, "sha512": 88}

def top_packages(installed):
    """Returns the top-level packages: a dict from name, for example "@b/c", to entry.

    Args:
      installed: dict from folder to entry.
    """
    names = {path: path.rpartition("node_modules/")[2] for path in installed}
    return {names[path]: installed[path] for path in sorted(installed) if path == "node_modules/" + names[path]}

def programs(installed, lock):
    """Returns the programs of top-level packages.

    Args:
      installed: dict from folder to entry.
      lock: a decoded package-lock.json without problems.

    Returns:
      Dict from name to path in node_modules, for example {"tsc": "typescript/bin/tsc"}. On a name collision, the
      project's direct dependencies win, then the first package by name. Names that are invalid in labels are skipped.
    """
    packages = top_packages(installed)
    asked = {}
    for kind in ["dependencies", "devDependencies", "optionalDependencies"]:
        asked.update(lock["packages"].get("", {}).get(kind, {}))
    found = {}
    for name in [name for name in packages if name in asked] + [name for name in packages if name not in asked]:
        known = packages[name].get("bin", {})
        for program, main in ({name.split("/")[-1]: known} if type(known) == type("") else known).items():
            if program not in found and _is_label_name(program):
                found[program] = name + "/" + (main[len("./"):] if main.startswith("./") else main)
    return found

def _is_label_name(name):
    return not [sign for sign in name.elems() if not (sign.isalnum() or sign in "+-.=@_~")]

def lock_problem(lock, label):
    """Returns why a lock is not safe to install.

    Args:
      lock: a decoded package-lock.json.
      label: string, the lock's name in messages.

    Returns:
      String, or None if npm will verify the hash of every package.
    """
    if type(lock) != type({}) or type(lock.get("packages")) != type({}):
        return "{} is not in the format of npm 7 or newer. To fix it: lock again with a newer npm (npm install --package-lock-only).".format(label)
    packages = lock["packages"]
    for path in sorted(packages):
        if type(packages[path]) != type({}) or type(packages[path].get("integrity", "")) != type(""):
            return "{}: {} is not a valid entry. To fix it: remove it and lock again (npm install --package-lock-only).".format(label, path)
        source = _foreign_source(packages[path]) if path else None
        if source:
            return "{}: {} comes from {}, for which npm checks no hash. To fix it: depend on a version from a registry, and lock again (npm install --package-lock-only).".format(label, path, source)
        if path and not _is_hashed(packages[path]) and not _is_bundled(path, packages):
            return "{}: {} has no hash (integrity, of sha256 or stronger). To fix it: remove its entry and lock again (npm install --package-lock-only).".format(label, path)
    return None

def installed_problem(installed, lock, label):
    """Returns how the installed packages differ from the lock.

    Args:
      installed: dict from folder to entry, from node_modules/.package-lock.json.
      lock: a decoded package-lock.json without problems.
      label: string, the lock's name in messages.

    Returns:
      String, or None if the lock lists every installed package with the same hash.
    """
    locked = lock["packages"]
    others = [
        path
        for path in sorted(installed)
        if path not in locked or installed[path].get("integrity") != locked[path].get("integrity")
    ]
    if others:
        return "{} lacks {}, or has another hash for it, but npm installed it. To fix it: lock again (npm install --package-lock-only).".format(label, others[0])
    return None

def _is_hashed(entry):
    return any([_is_hash(text) for text in entry.get("integrity", "").split(" ")])

def _is_hash(text):
    kind, _, digest = text.partition("-")
    signs = [sign for sign in digest.rstrip("=").elems() if not (sign.isalnum() or sign in "+/")]
    return len(digest) == _HASHES.get(kind) and not signs

def _foreign_source(entry):
    """Returns a package's source if it is neither a registry nor a tarball URL, or None."""
    resolved = entry.get("resolved", "")
    if entry.get("link"):
        return resolved or "a folder"
    if resolved and not (resolved.startswith("https://") or resolved.startswith("http://")):
        return resolved

    # npm resolves `name@version`, and either part can itself be a source.
    if ":" in entry.get("name", ""):
        return entry["name"]
    version = entry.get("version", "")
    return None if version[:1].isdigit() and "/" not in version and ":" not in version else version or "nowhere"

def _is_bundled(path, packages):
    """Returns whether a package is bundled in another package's tarball, according to the lock entries of both."""
    if not packages[path].get("inBundle"):
        return False
    parts = path.split("/node_modules/")
    for count in range(1, len(parts)):
        owner = packages.get("/node_modules/".join(parts[:count]), {})
        bundled = owner.get("bundleDependencies")
        if bundled == True or type(bundled) == type([]) and parts[count] in bundled:
            return True
    return False
