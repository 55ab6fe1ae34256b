"""What an npm lock says, and whether npm would hash-check all of it. Pure functions.

A lock is a decoded package-lock.json: `packages` has an entry (dict) for each folder, "" for the project itself and
"node_modules/a/node_modules/@b/c" for a package.
"""


# From kinds of hashes to how long they are in base 64. npm passes over what is none. SHA-1 can be forged.
_HASHES = {"sha256": 44, "sha384": 64, "sha512": 88}

def package_name(path):
    """Returns the name that a package is imported by: "@b/c" for "node_modules/a/node_modules/@b/c"."""
    return path.rpartition("node_modules/")[2]

def _folders_above(path):
    """Returns the folders that a package may have what it needs in, the nearest first, "" last; its own is among them."""
    parts = path.split("/node_modules/")
    return ["/node_modules/".join(parts[:count]) for count in range(len(parts), 0, -1)] + [""]

def _needed(path, entry, packages):
    """Returns the folders of the packages that one needs, as Node finds them; of optional ones those that are there."""
    names = {}
    for kind in ["dependencies", "optionalDependencies", "peerDependencies"]:
        names.update(entry.get(kind, {}))
    found = []
    for name in names:
        places = [(folder + "/" if folder else "") + "node_modules/" + name for folder in _folders_above(path)]
        found += [place for place in places if place in packages][:1]
    return found

def closure(path, packages):
    """Returns what a package needs, directly or not.

    Args:
      path: string, its folder.
      packages: dict from folder to entry, of what is installed.

    Returns:
      List of strings, sorted: folders, without its own.
    """
    seen = {path: True}
    todo = [path]
    for _ in packages:
        following = []
        for one in todo:
            for other in _needed(one, packages[one], packages):
                if other not in seen:
                    seen[other] = True
                    following.append(other)
        todo = following
    return sorted([folder for folder in seen if folder != path])

def lock_problem(lock, label):
    """Returns why npm must not install a lock.

    Args:
      lock: a decoded package-lock.json.
      label: string, what to call it.

    Returns:
      String, or None when npm will check all of it by hashes.
    """
    if type(lock) != type({}) or type(lock.get("packages")) != type({}):
        return "{} names no packages as npm 7 and newer do. To mend it: lock them with a newer npm (npm install --package-lock-only).".format(label)
    packages = lock["packages"]
    for path in sorted(packages):
        if type(packages[path]) != type({}) or type(packages[path].get("integrity", "")) != type(""):
            return "{}: {} is no entry of a lock. To mend it: remove it and lock again (npm install --package-lock-only).".format(label, path)
        source = _foreign_source(packages[path]) if path else None
        if source:
            return "{}: {} comes from {}, where npm checks no hash. To mend it: depend on a version that a registry has, and lock again (npm install --package-lock-only).".format(label, path, source)
        if path and not _is_hashed(packages[path]) and not _is_bundled(path, packages):
            return "{}: {} has no hash (integrity, of sha256 or stronger). To mend it: remove its entry and lock again (npm install --package-lock-only).".format(label, path)
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
        return "{} does not name {}, or with another hash, and npm has installed it. To mend it: lock again (npm install --package-lock-only).".format(label, others[0])
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
