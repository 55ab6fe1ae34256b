"""Labels as a person types them."""

def apparent_name(repository):
    """Returns the name that a person gave to a repository.

    Args:
      repository: string, its canonical name, which is the same one in a WORKSPACE. For modules it is "rules~" or
        "rules~1.0", and "rules~~extension~name" or "rules~1.0~extension~name" for what an extension makes, with plus
        signs for the tildes under --incompatible_use_plus_in_repo_names.
    """
    parts = repository.replace("+", "~").split("~")
    return parts[-1] if len(parts) > 2 else parts[0]

def label_text(label):
    """Returns a label as a person types it.

    Args:
      label: Label, or string as `str(Label)` gives it, which varies: "//p:t", "@//p:t" or "@@//p:t" for the same one.

    Returns:
      String: "//p:t" in the main repository, "@name//p:t" in another one.
    """
    repository, _, rest = str(label).partition("//")
    name = apparent_name(repository.lstrip("@"))
    return ("@" + name if name else "") + "//" + rest

def fail_in(repository_ctx, text):
    """Fails with a message that starts with the name of the repository.

    Args:
      repository_ctx: the context of a repository rule.
      text: string, what is wrong and how to fix it.
    """
    fail("\n@{}: {}".format(apparent_name(repository_ctx.name), text))

def repository_text(label):
    """Returns the repository of a label as the BUILD files of another repository write it; "@" is the main one.

    Args:
      label: Label, or string as `str(Label)` gives it.
    """
    return str(label).split("//")[0] or "@"
