"""Labels as the user types them."""

def apparent_name(repository):
    """Returns the name that the user gave to a repository.

    Args:
      repository: string, its canonical name. In a WORKSPACE both are the same. For modules it is "rules~" or
        "rules~1.0"; for repositories of an extension, "rules~~extension~name" or "rules~1.0~extension~name". With
        --incompatible_use_plus_in_repo_names it has plus signs instead of tildes.
    """
    parts = repository.replace("+", "~").split("~")
    return parts[-1] if len(parts) > 2 else parts[0]

def label_text(label):
    """Returns a label as the user types it.

    Args:
      label: Label, or the result of `str(Label)`, which varies: "//p:t", "@//p:t" and "@@//p:t" are the same label.

    Returns:
      String: "//p:t" in the main repository, "@name//p:t" in any other.
    """
    repository, _, rest = str(label).partition("//")
    name = apparent_name(repository.lstrip("@"))
    return ("@" + name if name else "") + "//" + rest

def fail_in(repository_ctx, text):
    """Fails with a message that starts with the repository's name.

    Args:
      repository_ctx: the context of a repository rule.
      text: string, the problem and its fix.
    """
    fail("\n@{}: {}".format(apparent_name(repository_ctx.name), text))

def repository_text(label):
    """Returns a label's repository as other repositories' BUILD files refer to it; "@" is the main one.

    Args:
      label: Label, or the result of `str(Label)`.
    """
    return str(label).split("//")[0] or "@"
