"""The module extension: the bzlmod counterpart of repositories.bzl."""

load(":default_toolchains.bzl", "DEFAULT_TOOLCHAINS")
load(":module_tags.bzl", "choose_toolchain", "collect_repositories")
load(":npm_repository.bzl", "NPM_REPOSITORY_ATTRS", "npm_repository")
load(":pip_repository.bzl", "PIP_REPOSITORY_ATTRS", "PROVIDED_BY_REPOSITORY_ATTRS", "pip_repository", "provided_by_repository")
load(":proto_repository.bzl", "PROTO_REPOSITORY_ATTRS", "proto_repository")

# The repository rules that modules can use, by tag class.
_REPOSITORIES = {
    "npm_repository": struct(
        attrs = NPM_REPOSITORY_ATTRS,
        doc = "A repository of the packages in an npm lock file.",
        rule = npm_repository,
    ),
    "pip_repository": struct(
        attrs = PIP_REPOSITORY_ATTRS,
        doc = "A repository of the wheels in a requirements lock file.",
        rule = pip_repository,
    ),
    "proto_repository": struct(
        attrs = PROTO_REPOSITORY_ATTRS,
        doc = "A repository of folders of protos. Relative `roots` are relative to the root module's workspace.",
        rule = proto_repository,
    ),
    "provided_by_repository": struct(
        attrs = PROVIDED_BY_REPOSITORY_ATTRS,
        doc = "For `scripts/generate_grpc_stubs.sh` only: a repository of the wheels given to `--provided-by`.",
        rule = provided_by_repository,
    ),
}

def _default_repositories(modules):
    """Returns the repositories of the default toolchains by name, and an error message or None."""
    repositories = {}
    problems = []
    for kind, default in DEFAULT_TOOLCHAINS.items():
        tag, problem = choose_toolchain(modules, kind)
        problems += [problem] if problem else []
        repositories.update(default.repositories(**({name: getattr(tag, name) for name in default.settings} if tag else {})))
    return repositories, (problems[0] if problems else None)

def _py_grpc_impl(module_ctx):
    defaults, problem = _default_repositories(module_ctx.modules)
    repositories, clash = collect_repositories(module_ctx.modules, _REPOSITORIES.keys(), reserved = defaults.keys())
    if problem or clash:
        fail("\npy_grpc: " + (problem or clash))
    for name, repository in defaults.items():
        repository.rule(name = name, **repository.attributes)
    for kind, tag in repositories:
        repository = _REPOSITORIES[kind]
        repository.rule(name = tag.name, **{name: getattr(tag, name) for name in repository.attrs})
    return module_ctx.extension_metadata(reproducible = True)

_NAME = {"name": attr.string(doc = "The name of the repository, for `use_repo`. Example: `\"schemas\"`.", mandatory = True)}

_TAG_CLASSES = dict({
    kind: tag_class(doc = repository.doc, attrs = dict(_NAME, **repository.attrs))
    for kind, repository in _REPOSITORIES.items()
}, **{
    kind: tag_class(
        doc = "The settings of the default {} toolchain. Ignored unless set by the root module.".format(default.name),
        attrs = default.settings,
    )
    for kind, default in DEFAULT_TOOLCHAINS.items()
})

py_grpc = module_extension(
    doc = """Declares the repositories that the rules need.

The repositories of the default toolchains are always declared: `@py_grpc_wheels`, `@com_google_protobuf` and so on. The
tags `npm_repository`, `pip_repository` and `proto_repository` declare more. Each one is fetched lazily.

```starlark
py_grpc = use_extension("@jts_grpc//bazel:extensions.bzl", "py_grpc")
py_grpc.proto_repository(
    name = "schemas",
    roots = ["../project/schemas/protobuf"],
)
use_repo(py_grpc, "com_google_protobuf", "py_grpc_wheels", "schemas")
```""",
    implementation = _py_grpc_impl,
    tag_classes = _TAG_CLASSES,
)
