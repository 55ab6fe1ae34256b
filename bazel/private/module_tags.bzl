"""What the modules of a build ask the py_grpc extension for. Pure functions.

A module is what `module_ctx.modules` holds: `name` (string), `is_root` (bool) and `tags`, with a list of tags for each tag
class: `toolchain`, `ts_toolchain`, `npm_repository`, `pip_repository`, `proto_repository`.
"""


def choose_toolchain(modules, kind = "toolchain"):
    """Returns which toolchain tag counts: the root module's. Others are for builds in which their module is the root.

    Args:
      modules: list of modules.
      kind: string, the tag class: "toolchain" or "ts_toolchain".

    Returns:
      The tag, or None, and what is wrong (string) or None.
    """
    tags = [tag for module in modules if module.is_root for tag in getattr(module.tags, kind)]
    if len(tags) > 1:
        return None, "MODULE.bazel has {} tags \"{}\": keep one".format(len(tags), kind)
    return (tags[0] if tags else None), None

def collect_repositories(modules, reserved):
    """Returns the repositories that modules ask for.

    Args:
      modules: list of modules.
      reserved: list of strings, names that the extension needs itself.

    Returns:
      A struct of `npm_repository`, `pip_repository` and `proto_repository` (lists of tags), and what is wrong (string)
      or None.
    """
    owners = {}
    problems = []
    for module in modules:
        own = module.name or "(root)"
        for tag in module.tags.npm_repository + module.tags.pip_repository + module.tags.proto_repository:
            if tag.name in reserved:
                problems.append("module {}: the extension has a repository \"{}\" of its own: rename yours".format(own, tag.name))
            elif owners.get(tag.name) == own:
                problems.append("module {} has two repositories \"{}\": rename one".format(own, tag.name))
            elif tag.name in owners:
                problems.append("modules {} and {} both have a repository \"{}\": rename one".format(owners[tag.name], own, tag.name))
            owners[tag.name] = own
    return struct(
        npm_repository = [tag for module in modules for tag in module.tags.npm_repository],
        pip_repository = [tag for module in modules for tag in module.tags.pip_repository],
        proto_repository = [tag for module in modules for tag in module.tags.proto_repository],
    ), (problems[0] if problems else None)
