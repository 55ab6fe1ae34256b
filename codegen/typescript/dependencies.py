"""What npm has to install for generated modules. A pure function."""

import json
from collections.abc import Mapping

# What a program may have once only: a client of one copy takes no credentials that another copy has made.
_ONCE = ("@grpc/grpc-js",)

# What a project with NestJS has anyway; its gRPC transport loads proto-loader, whether or not it is used.
_OF_NESTJS = {
    "@grpc/proto-loader": ">=0.7.0",
    "@nestjs/microservices": ">=10.0.0",
    "rxjs": "^7.0.0",
}


def dependencies_text(header: str, flavor: str, versions: Mapping[str, str]) -> str:
    """Returns the text of npm-dependencies.json, whose fields are those of a package.json.

    Args:
      header: the line that generated files begin with, a comment.
      flavor: one of ts_proto.FLAVORS.
      versions: from each package that modules import to the version that they are tested with. The next major one may
        be another thing (https://semver.org).
    """
    needed = {name: f"^{version}" for name, version in versions.items()}
    peers = {name: needed.pop(name) for name in _ONCE if name in needed} | (_OF_NESTJS if flavor == "nestjs" else {})
    fields = {
        # npm's own way to comment (https://docs.npmjs.com/cli/configuring-npm/package-json).
        "//": header.removeprefix("//").strip(),
        "dependencies": dict(sorted(needed.items())),
        "peerDependencies": dict(sorted(peers.items())),
    }
    return json.dumps(fields, indent=2) + "\n"
