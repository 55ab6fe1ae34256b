"""What an npm lock says, and whether npm would hash-check all of it. Pure functions.

A lock is a decoded package-lock.json: `packages` has an entry (dict) for each folder, "" for the project itself and
"node_modules/a/node_modules/@b/c" for a package.
"""

load(":messages.bzl", "message")

# What npm checks. SHA-1 can be forged.
_HASHES = ["sha512-", "sha384-", "sha256-"]

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

def lock_problem(lock):
    """Returns why npm must not install a lock: a string, or None.

    Args:
      lock: a decoded package-lock.json.
    """
    if type(lock) != type({}) or type(lock.get("packages")) != type({}):
        return message("it has no \"packages\", as the locks of npm before 7. To mend it: lock the packages with a newer npm.")
    for path, entry in lock["packages"].items():
        problem = _entry_problem(path, entry, lock["packages"]) if path else None
        if problem:
            return problem
    return None

def _entry_problem(path, entry, packages):
    source = _foreign_source(entry)
    if source:
        return message("{} comes from {}, where npm checks no hash. To mend it: depend on a version of it that a registry has.".format(path, source))
    if _is_bundled(path, entry, packages):
        return None  # inside of a package that is checked
    integrity = entry.get("integrity", "")
    if not any([integrity.startswith(kind) for kind in _HASHES]):
        return message("{} has no hash (sha512). To mend it: lock the packages again: tools/update_npm.sh.".format(path))
    return None

def _foreign_source(entry):
    """Returns where a package comes from if it is neither a registry nor an address of a tarball, or None."""
    if entry.get("link"):
        return "the folder " + entry.get("resolved", "")
    resolved = entry.get("resolved", "")
    if resolved and not (resolved.startswith("https://") or resolved.startswith("http://")):
        return resolved

    # npm asks for `name@version`, where each may be a source of its own.
    version = entry.get("version", "")
    if not version[:1].isdigit() or "/" in version or ":" in version:
        return version or "nowhere"
    return None

def _is_bundled(path, entry, packages):
    """Tells whether a package is part of the file of another one, by what that one says."""
    if not entry.get("inBundle"):
        return False
    parts = path.split("/node_modules/")
    for count in range(1, len(parts)):
        owner = packages.get("/node_modules/".join(parts[:count]), {})
        if parts[count] in (owner.get("bundleDependencies") or []):
            return True
    return False

def unlocked(installed, lock):
    """Returns what npm has installed that the lock does not name, or names with another hash.

    Args:
      installed: dict from folder to entry, of node_modules/.package-lock.json.
      lock: a decoded package-lock.json that has no problem.

    Returns:
      List of strings, sorted: folders.
    """
    locked = lock["packages"]
    return sorted([
        path
        for path, entry in installed.items()
        if path not in locked or entry.get("integrity") != locked[path].get("integrity")
    ])
