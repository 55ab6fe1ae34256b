"""Labels as text. Pure functions."""

def label_text(label):
    """Returns a label as a person types it.

    Args:
      label: Label, or string as `str(Label)` gives it, which varies: "//p:t", "@//p:t" or "@@//p:t" for the same one.

    Returns:
      String: "//p:t" in the main repository, "@name//p:t" in another one.
    """
    repository, _, rest = str(label).partition("//")
    name = repository.lstrip("@")
    return ("@" + name if name else "") + "//" + rest

def repository_text(label):
    """Returns the repository of a label as the BUILD files of another repository write it; "@" is the main one.

    Args:
      label: Label, or string as `str(Label)` gives it.
    """
    return str(label).split("//")[0] or "@"
