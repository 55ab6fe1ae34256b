"""Test cases for the pure functions behind npm_repository."""

load("//bazel/private/repositories:npm_lock.bzl", "installed_problem", "lock_problem", "programs", "top_packages")
load("//bazel/private/repositories:npm_repository.bzl", "explain_failure")

_HASHED = {"integrity": "sha512-" + 43 * "a/" + "==", "version": "1.0.0"}

def _lock(**entries):
    """Returns a lock file with packages at the top level."""
    return {"packages": dict({"": {}}, **{"node_modules/" + name: entries[name] for name in entries})}

def _cause_of(problem):
    """Returns the problem, without the fix."""
    return problem and problem.partition(". To fix it: ")[0]

def _problem(lock):
    return _cause_of(lock_problem(lock, "//:lock.json"))

def _bundled(**owner):
    return _problem({"packages": {
        "node_modules/a": dict(_HASHED, **owner),
        "node_modules/a/node_modules/b": {"inBundle": True, "version": "1.0.0"},
    }})

_NO_HASH = "//:lock.json: node_modules/x has no hash (integrity, of sha256 or stronger)"

def _foreign(source):
    return "//:lock.json: node_modules/x comes from {}, for which npm checks no hash".format(source)

_INSTALLED = {
    "node_modules/@s/d": {"bin": "d.js", "version": "4.0.0"},
    "node_modules/a": {"bin": {"run": "a.js"}, "version": "1.0.0"},
    "node_modules/a/node_modules/c": {"bin": {"c": "c.js"}, "version": "2.0.0"},
    "node_modules/b": {"bin": {"no label": "b.js", "run": "./bin/b.js"}, "version": "1.0.1"},
    "node_modules/c": {"version": "3.0.0"},
}

NPM_LOCK = {
    "the packages at the top": (
        {name: entry["version"] for name, entry in top_packages(_INSTALLED).items()},
        {"@s/d": "4.0.0", "a": "1.0.0", "b": "1.0.1", "c": "3.0.0"},
    ),
    "their programs, the first of a name": (
        programs(_INSTALLED, _lock()),
        {"d": "@s/d/d.js", "run": "a/a.js"},
    ),
    "a program of what the project asks for goes before": (
        programs(_INSTALLED, {"packages": {"": {"devDependencies": {"b": "1"}}}}),
        {"d": "@s/d/d.js", "run": "b/bin/b.js"},
    ),
    "no programs": (programs({}, _lock()), {}),
    "a good lock": (_problem(_lock(x = _HASHED)), None),
    "an address with a hash": (_problem(_lock(x = dict(_HASHED, resolved = "https://r/x.tgz"))), None),
    "an empty one": (_problem(_lock()), None),
    "no hash": (_problem(_lock(x = {"version": "1.0.0"})), _NO_HASH),
    "another good hash": (_problem(_lock(x = dict(_HASHED, integrity = "sha1-x sha256-" + 43 * "a" + "="))), None),
    "a hash that is cut off": (_problem(_lock(x = dict(_HASHED, integrity = "sha512-" + 43 * "a/"))), _NO_HASH),
    "a hash that is none": (_problem(_lock(x = dict(_HASHED, integrity = "sha512-" + 43 * "a!" + "=="))), _NO_HASH),
    "a weak hash": (_problem(_lock(x = {"integrity": "sha1-x", "version": "1.0.0"})), _NO_HASH),
    "said to be bundled, by itself": (_problem(_lock(x = {"inBundle": True, "version": "1.0.0"})), _NO_HASH),
    "bundled": (_bundled(bundleDependencies = ["b"]), None),
    "everything of the owner is bundled": (_bundled(bundleDependencies = True), None),
    "an entry that is none": (
        _problem(_lock(x = [])),
        "//:lock.json: node_modules/x is not a valid entry",
    ),
    "a hash that is no text": ("not a valid entry" in _problem(_lock(x = {"integrity": 1})), True),
    "bundled, the owner does not say so": (_bundled().split(" has ")[0], "//:lock.json: node_modules/a/node_modules/b"),
    "from git": (_problem(_lock(x = dict(_HASHED, resolved = "git+ssh://h/x#1"))), _foreign("git+ssh://h/x#1")),
    "from a file": (_problem(_lock(x = dict(_HASHED, resolved = "file:x.tgz"))), _foreign("file:x.tgz")),
    "a folder": (_problem(_lock(x = {"link": True, "resolved": "../x"})), _foreign("../x")),
    "a folder without a name": (_problem(_lock(x = {"link": True})), _foreign("a folder")),
    "from git, by its version": (_problem(_lock(x = dict(_HASHED, version = "git+ssh://h/x"))), _foreign("git+ssh://h/x")),
    "of GitHub, by its version": (_problem(_lock(x = dict(_HASHED, version = "3d/printer"))), _foreign("3d/printer")),
    "an alias of an address": (_problem(_lock(x = dict(_HASHED, name = "x@git+ssh://h/x"))), _foreign("x@git+ssh://h/x")),
    "an alias": (_problem(_lock(x = dict(_HASHED, name = "@s/x"))), None),
    "no version": (_problem(_lock(x = dict(_HASHED, version = ""))), _foreign("nowhere")),
    "an old lock": (
        _problem({"dependencies": {}, "lockfileVersion": 1}),
        "//:lock.json is not in the format of npm 7 or newer",
    ),
    "no lock at all": (_problem([]).split(" of npm")[0], "//:lock.json is not in the format"),
    "installed as locked": (installed_problem({"node_modules/x": _HASHED}, _lock(x = _HASHED, y = _HASHED), "l"), None),
    "installed and not locked": (
        _cause_of(installed_problem({"node_modules/x": _HASHED}, _lock(y = _HASHED), "l")),
        "l lacks node_modules/x, or has another hash for it, but npm installed it",
    ),
    "installed, bundled": (installed_problem({"node_modules/x": {}}, _lock(x = {}), "l"), None),
    "installed, not locked and without a hash": (installed_problem({"node_modules/x": {}}, _lock(), "l") == None, False),
}

def _explain(*lines):
    return explain_failure("//:lock.json", "\n".join(lines) + "\n").split("\n")

def _cause(*lines):
    """Returns the problem, without the fix and npm's output."""
    return _cause_of(_explain(*lines)[0])[len("npm cannot install //:lock.json: "):]

NPM_MESSAGES = {
    "a cure": ("bazel info output_base" in _explain("npm error code ENOSPC")[0], True),
    "what npm says": (
        _explain("npm warn deprecated", "npm error code ENOSPC", "npm error", "npm error no space left", "npm error A complete log of this run can be found in: /x")[1:],
        ["npm error code ENOSPC", "npm error no space left"],
    ),
    "no traces of npm's own sources, and not how to use it": (
        _explain("npm error code EX", "npm error x failed", "npm error     at f (x.js:1)", "npm error   code: 1", "npm error }", "npm error", "npm error Clean install a project", "npm error Usage:")[1:],
        ["npm error code EX", "npm error x failed"],
    ),
    "a wrong hash": (_cause("npm error code EINTEGRITY"), "a package is not the one that was locked, and was not used"),
    "what cannot be unpacked": (_cause("npm error code Z_DATA_ERROR"), "a package is not the one that was locked, and was not used"),
    "out of step": (_cause("npm error code EUSAGE"), "the lock does not match package.json"),
    "another platform": (_cause("npm error code EBADPLATFORM"), "a locked package is for another platform"),
    "not there": (_cause("npm error code E404"), "the registry does not have this package or version"),
    "no such version": (_cause("npm error code ETARGET"), "the registry does not have this package or version"),
    "a password": (_cause("npm error code E401"), "the registry requires authentication"),
    "an unknown name": (_cause("npm error code ENOTFOUND"), "the registry cannot be reached"),
    "refused": (_cause("npm error code ECONNREFUSED"), "the registry cannot be reached"),
    "too late": (_cause("npm error code ETIMEDOUT"), "the registry cannot be reached"),
    "out of order": (_cause("npm error code E503"), "the registry cannot be reached"),
    "an untrusted certificate": (_cause("npm error code SELF_SIGNED_CERT_IN_CHAIN"), "the registry's certificate is not trusted"),
    "the disk": (_cause("npm error code ENOSPC"), "the disk is full"),
    "anything else": (_cause("boom"), "npm failed"),
    "anything else, as it is": (_explain("boom")[1:], ["boom"]),
    "a sign in a warning does not count": (_cause("npm warn ENOSPC", "npm error code EOTHER"), "npm failed"),
}
