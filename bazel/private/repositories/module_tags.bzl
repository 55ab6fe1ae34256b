"""Evaluates the tags of the py_grpc extension. In its own file, because Bazel 4 cannot load module extensions."""

def choose_toolchain(modules, kind):
    """Returns the root module's toolchain tag. Tags of other modules are ignored.

    Args:
      modules: list of modules, as in `module_ctx.modules`: `name`, `is_root` and `tags`, with a list per tag class.
      kind: string, the tag class: "toolchain" or "ts_toolchain".

    Returns:
      A pair of the tag or None, and an error message or None.
    """
    tags = [tag for module in modules if module.is_root for tag in getattr(module.tags, kind)]
    if len(tags) > 1:
        return None, "MODULE.bazel has {} tags \"{}\": keep one".format(len(tags), kind)
    return (tags[0] if tags else None), None

def collect_repositories(modules, kinds, reserved):
    """Returns the repositories that modules declare.

    Args:
      modules: list of modules, as in `module_ctx.modules`.
      kinds: list of strings, the tag classes that declare repositories.
      reserved: list of strings, the names of the extension's own repositories.

    Returns:
      A pair of a list of (tag class, tag) pairs, and an error message or None.
    """
    owners = {}
    problems = []
    found = []
    for module in modules:
        own = module.name or "(root)"
        for kind, tag in [(kind, tag) for kind in kinds for tag in getattr(module.tags, kind)]:
            if tag.name in reserved:
                problems.append("module {}: the extension has a repository \"{}\" of its own: rename yours".format(own, tag.name))
            elif owners.get(tag.name) == own:
                problems.append("module {} has two repositories \"{}\": rename one".format(own, tag.name))
            elif tag.name in owners:
                problems.append("modules {} and {} both have a repository \"{}\": rename one".format(owners[tag.name], own, tag.name))
            owners[tag.name] = own
            found.append((kind, tag))
    return found, (problems[0] if problems else None)
