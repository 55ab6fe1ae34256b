"""Which TypeScript file a proto becomes. Pure functions."""

def stub_paths(proto):
    """Returns the files that a proto becomes, below the package: ts-proto's own names.

    Args:
      proto: string, its import path, for example "a/b-c.proto".

    Returns:
      List of one string, for example "a/b-c.ts".
    """
    stem = proto[:-len(".proto")] if proto.endswith(".proto") else proto
    return [stem + ".ts"]

def takes_for_declarations(proto):
    """Tells whether TypeScript would look for no code in what a proto becomes.

    Args:
      proto: string, an import path.

    Returns:
      Bool, true for "a.d.proto" (https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution).
    """
    return stub_paths(proto)[0].endswith(".d.ts")
