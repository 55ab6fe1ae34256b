"""What an npm lock says, and whether npm would hash-check all of it. Pure functions.

A lock is a decoded package-lock.json: `packages` has an entry (dict) for each folder, "" for the project itself and
"node_modules/a/node_modules/@b/c" for a package.
"""

# From kinds of hashes to how long they are in base 64. npm passes over what is none. SHA-1 can be forged.
_HASHES = {"sha256": 44, "sha384": 64, "sha512": 88}

def top_packages(installed):
    """Returns the packages at the top of node_modules: a dict from name, for example "@b/c", to entry.

    Args:
      installed: dict from folder to entry.
    """
    names = {path: path.rpartition("node_modules/")[2] for path in installed}
    return {names[path]: installed[path] for path in sorted(installed) if path == "node_modules/" + names[path]}

def programs(installed, lock):
    """Returns the programs of the packages at the top of node_modules.

    Args:
      installed: dict from folder to entry.
      lock: a decoded package-lock.json that has no problem.

    Returns:
      Dict from name to file in node_modules, for example {"tsc": "typescript/bin/tsc"}. Where two packages have one of
      the same name, it is that of the package that the project itself asks for, or else of the first by name. Names
      that a label cannot have are left out.
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
    """Returns why npm must not install a lock.

    Args:
      lock: a decoded package-lock.json.
      label: string, what to call it.

    Returns:
      String, or None when npm will check all of it by hashes.
    """
    if type(lock) != type({}) or type(lock.get("packages")) != type({}):
        return "{} names no packages as npm 7 and newer do. To fix it: lock them with a newer npm (npm install --package-lock-only).".format(label)
    packages = lock["packages"]
    for path in sorted(packages):
        if type(packages[path]) != type({}) or type(packages[path].get("integrity", "")) != type(""):
            return "{}: {} is no entry of a lock. To fix it: remove it and lock again (npm install --package-lock-only).".format(label, path)
        source = _foreign_source(packages[path]) if path else None
        if source:
            return "{}: {} comes from {}, where npm checks no hash. To fix it: depend on a version that a registry has, and lock again (npm install --package-lock-only).".format(label, path, source)
        if path and not _is_hashed(packages[path]) and not _is_bundled(path, packages):
            return "{}: {} has no hash (integrity, of sha256 or stronger). To fix it: remove its entry and lock again (npm install --package-lock-only).".format(label, path)
    return None

def installed_problem(installed, lock, label):
    """Returns what is wrong with what npm has installed.

    Args:
      installed: dict from folder to entry, of node_modules/.package-lock.json.
      lock: a decoded package-lock.json that has no problem.
      label: string, what to call it.

    Returns:
      String, or None when the lock names all of it, with the same hashes.
    """
    locked = lock["packages"]
    others = [
        path
        for path in sorted(installed)
        if path not in locked or installed[path].get("integrity") != locked[path].get("integrity")
    ]
    if others:
        return "{} does not name {}, or with another hash, and npm has installed it. To fix it: lock again (npm install --package-lock-only).".format(label, others[0])
    return None

def _is_hashed(entry):
    return any([_is_hash(text) for text in entry.get("integrity", "").split(" ")])

def _is_hash(text):
    kind, _, digest = text.partition("-")
    signs = [sign for sign in digest.rstrip("=").elems() if not (sign.isalnum() or sign in "+/")]
    return len(digest) == _HASHES.get(kind) and not signs

def _foreign_source(entry):
    """Returns where a package comes from if it is neither a registry nor the address of a tarball, or None."""
    resolved = entry.get("resolved", "")
    if entry.get("link"):
        return resolved or "a folder"
    if resolved and not (resolved.startswith("https://") or resolved.startswith("http://")):
        return resolved

    # npm asks for `name@version`, and each of them may be a source of its own.
    if ":" in entry.get("name", ""):
        return entry["name"]
    version = entry.get("version", "")
    return None if version[:1].isdigit() and "/" not in version and ":" not in version else version or "nowhere"

def _is_bundled(path, packages):
    """Tells whether a package comes inside of the file of another one, by what the lock says of both."""
    if not packages[path].get("inBundle"):
        return False
    parts = path.split("/node_modules/")
    for count in range(1, len(parts)):
        owner = packages.get("/node_modules/".join(parts[:count]), {})
        bundled = owner.get("bundleDependencies")
        if bundled == True or type(bundled) == type([]) and parts[count] in bundled:
            return True
    return False
