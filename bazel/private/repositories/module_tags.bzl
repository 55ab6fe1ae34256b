"""What the modules of a build ask the py_grpc extension for. Apart from it, because Bazel 4 cannot load an extension."""

def choose_toolchain(modules, kind, defaults):
    """Returns which toolchain tag counts: the root module's. Others are for builds in which their module is the root.

    Args:
      modules: list of modules, as `module_ctx.modules`: `name`, `is_root` and `tags`, with a list for each tag class.
      kind: string, the tag class: "toolchain" or "ts_toolchain".
      defaults: struct, what counts without such a tag.

    Returns:
      The tag, or the defaults, and what is wrong (string) or None.
    """
    tags = [tag for module in modules if module.is_root for tag in getattr(module.tags, kind)]
    if len(tags) > 1:
        return None, "MODULE.bazel has {} tags \"{}\": keep one".format(len(tags), kind)
    return (tags[0] if tags else defaults), None

def collect_repositories(modules, kinds, reserved):
    """Returns the repositories that modules ask for.

    Args:
      modules: list of modules, as `module_ctx.modules`.
      kinds: list of strings, the tag classes that are repositories.
      reserved: list of strings, names that the extension needs itself.

    Returns:
      A list of pairs of tag class and tag, and what is wrong (string) or None.
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
