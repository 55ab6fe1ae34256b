"""Cases of the pure functions behind npm_repository and nodejs_binary."""

load("//bazel/private:node_variables.bzl", "unset_variables")
load("//bazel/private:nodejs_binary.bzl", "installed_path")
load("//bazel/private:npm_build_files.bzl", "npm_build_files", "usable_files")
load("//bazel/private:npm_lock.bzl", "closure", "installed_problem", "lock_problem", "package_name")
load("//bazel/private:npm_messages.bzl", "explain_failure")

NODE_VARIABLES = {
    "what loads code, or changes what npm leaves out": (
        unset_variables({"NODE_ENV": "production", "NODE_OPTIONS": "--require=x", "PATH": "/bin"}),
        {"NODE_ENV": "", "NODE_OPTIONS": ""},
    ),
    "what is about certificates stays": (unset_variables({"NODE_EXTRA_CA_CERTS": "/ca.pem"}), {}),
}

NODEJS_BINARY = {
    "a file of a repository of packages": (installed_path("../npm/node_modules/long/index.js"), "node_modules/long/index.js"),
    "a file of the workspace": (installed_path("src/main.js"), "src/main.js"),
}

_HASHED = {"integrity": "sha512-" + 43 * "a/" + "==", "version": "1.0.0"}

def _lock(**entries):
    """Returns a lock with packages at the top."""
    return {"packages": dict({"": {}}, **{"node_modules/" + name: entries[name] for name in entries})}

def _problem(lock):
    return lock_problem(lock, "//:lock.json")

def _bundled(**owner):
    return _problem({"packages": {
        "node_modules/a": dict(_HASHED, **owner),
        "node_modules/a/node_modules/b": {"inBundle": True, "version": "1.0.0"},
    }})

_NO_HASH = "//:lock.json: node_modules/x has no hash (integrity, of sha256 or stronger). To mend it: remove its entry and lock again (npm install --package-lock-only)."

def _foreign(source):
    return "//:lock.json: node_modules/x comes from {}, where npm checks no hash. To mend it: depend on a version that a registry has, and lock again (npm install --package-lock-only).".format(source)

# As npm installs them: b beside a's own c, and a circle.
_PACKAGES = {
    "node_modules/@s/d": {"dependencies": {"a": "1"}, "version": "4.0.0"},
    "node_modules/a": {"dependencies": {"b": "1", "c": "2"}, "version": "1.0.0"},
    "node_modules/a/node_modules/c": {"peerDependencies": {"@s/d": "*", "not-there": "*"}, "version": "2.0.0"},
    "node_modules/b": {"bin": {"lost": "lost.js", "run": "./b.js"}, "optionalDependencies": {"c": "1", "win": "1"}, "version": "1.0.1"},
    "node_modules/c": {"version": "3.0.0"},
}

NPM_LOCK = {
    "a name": (package_name("node_modules/a"), "a"),
    "a name in a scope, below": (package_name("node_modules/a/node_modules/@s/b"), "@s/b"),
    "what a package needs": (closure("node_modules/b", _PACKAGES), ["node_modules/c"]),
    "its own goes before the one at the top; circles end": (
        closure("node_modules/a", _PACKAGES),
        ["node_modules/@s/d", "node_modules/a/node_modules/c", "node_modules/b", "node_modules/c"],
    ),
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
        "//:lock.json: node_modules/x is no entry of a lock. To mend it: remove it and lock again (npm install --package-lock-only).",
    ),
    "a hash that is no text": (_problem(_lock(x = {"integrity": 1})).split(" is ")[1][:8], "no entry"),
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
        "//:lock.json names no packages as npm 7 and newer do. To mend it: lock them with a newer npm (npm install --package-lock-only).",
    ),
    "no lock at all": (_problem([]).split(" as ")[0], "//:lock.json names no packages"),
    "installed as locked": (installed_problem({"node_modules/x": _HASHED}, _lock(x = _HASHED, y = _HASHED), "l"), None),
    "installed and not locked": (
        installed_problem({"node_modules/x": _HASHED}, _lock(y = _HASHED), "l"),
        "l does not name node_modules/x, or with another hash, and npm has installed it. To mend it: lock again (npm install --package-lock-only).",
    ),
    "installed, bundled": (installed_problem({"node_modules/x": {}}, _lock(x = {}), "l"), None),
    "installed, not locked and without a hash": (installed_problem({"node_modules/x": {}}, _lock(), "l") == None, False),
}

_BUILT = npm_build_files(
    _PACKAGES,
    ["node_modules/{}".format(file) for file in ["@s/d/d.js", "a/a.js", "a/node_modules/c/c.js", "b/b.js", "c/deep/c.js"]],
    rules = "@rules",
)

NPM_BUILD_FILES = {
    "the packages at the top, and programs that are there": (
        sorted(_BUILT),
        ["@s/d/BUILD.bazel", "BUILD.bazel", "a/BUILD.bazel", "b/BUILD.bazel", "b/bin/BUILD.bazel", "c/BUILD.bazel"],
    ),
    "a package in a scope": (
        _BUILT["@s/d/BUILD.bazel"],
        """\
load("@rules//bazel/private:npm_package.bzl", "npm_package")

npm_package(
    name = "d",
    srcs = ["//:_node_modules/@s/d"],
    package_name = "@s/d",
    version = "4.0.0",
    visibility = ["//visibility:public"],
    deps = ["//:_node_modules/a", "//:_node_modules/a/node_modules/c", "//:_node_modules/b", "//:_node_modules/c"],
)
""",
    ),
    "a program": (
        _BUILT["b/bin/BUILD.bazel"].split("\n\n")[2],
        """\
nodejs_binary(
    name = "run",
    entry_point = "//:node_modules/b/b.js",
    node = "//:nodejs",
    deps = ["//b"],
)
""",
    ),
    "a package has the files that are not of one inside of it": (
        [line.strip() for line in _BUILT["BUILD.bazel"].split("\n") if line.startswith("    srcs = [\"node")],
        [
            "srcs = [\"node_modules/@s/d/d.js\"],",
            "srcs = [\"node_modules/a/a.js\"],",
            "srcs = [\"node_modules/a/node_modules/c/c.js\"],",
            "srcs = [\"node_modules/b/b.js\"],",
            "srcs = [\"node_modules/c/deep/c.js\"],",
        ],
    ),
    "one program that has its package's name": (
        "name = \"e\"," in npm_build_files({"node_modules/@s/e": {"bin": "e.js", "version": "1.0.0"}}, ["node_modules/@s/e/e.js"], "@rules")["@s/e/bin/BUILD.bazel"],
        True,
    ),
    "no packages": (sorted(npm_build_files({}, [], "@rules")), ["BUILD.bazel"]),
    "files that labels can name": (
        usable_files(["a/b-c.d.ts", "[id]/@x/~y+z.js", "a b.js", "a:b.js", "a\\b.js", "cafÃ©.js"]),
        ["a/b-c.d.ts", "[id]/@x/~y+z.js"],
    ),
}

def _explain(*lines):
    return explain_failure("//:lock.json", "\n".join(lines) + "\n").split("\n")

def _cause(*lines):
    """Returns what is wrong, without the cure and what npm says."""
    return _explain(*lines)[0][len("npm cannot install //:lock.json: "):].split(". To mend it: ")[0]

NPM_MESSAGES = {
    "a cause, a cure, and what npm says": (
        _explain("npm warn deprecated", "npm error code ENOSPC", "npm error", "npm error no space left", "npm error A complete log of this run can be found in: /x"),
        [
            "npm cannot install //:lock.json: the disk is full. To mend it: free some space in Bazel's output base (bazel info output_base) and in npm's cache (npm config get cache).",
            "npm error code ENOSPC",
            "npm error no space left",
        ],
    ),
    "no traces of npm's own sources, and not how to use it": (
        _explain("npm error code EX", "npm error x failed", "npm error     at f (x.js:1)", "npm error   code: 1", "npm error }", "npm error", "npm error Clean install a project", "npm error Usage:")[1:],
        ["npm error code EX", "npm error x failed"],
    ),
    "a wrong hash": (_cause("npm error code EINTEGRITY"), "a package is not the one that was locked, and was not used"),
    "what cannot be unpacked": (_cause("npm error code Z_DATA_ERROR"), "a package is not the one that was locked, and was not used"),
    "out of step": (_cause("npm error code EUSAGE"), "the lock does not fit package.json"),
    "another platform": (_cause("npm error code EBADPLATFORM"), "a locked package is for another platform"),
    "not there": (_cause("npm error code E404"), "the registry has no such package, or not in the locked version"),
    "no such version": (_cause("npm error code ETARGET"), "the registry has no such package, or not in the locked version"),
    "a password": (_cause("npm error code E401"), "the registry wants to know who you are"),
    "an unknown name": (_cause("npm error code ENOTFOUND"), "the registry cannot be reached"),
    "refused": (_cause("npm error code ECONNREFUSED"), "the registry cannot be reached"),
    "too late": (_cause("npm error code ETIMEDOUT"), "the registry cannot be reached"),
    "out of order": (_cause("npm error code E503"), "the registry cannot be reached"),
    "an untrusted certificate": (_cause("npm error code SELF_SIGNED_CERT_IN_CHAIN"), "the registry's certificate is not trusted"),
    "anything else": (_explain("boom"), ["npm cannot install //:lock.json: npm failed. To mend it: mend what it says.", "boom"]),
    "a sign in a warning does not count": (_cause("npm warn ENOSPC", "npm error code EOTHER"), "npm failed"),
}
