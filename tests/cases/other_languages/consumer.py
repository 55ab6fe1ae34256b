"""The package imports without the modules of other languages' options."""

from typing import reveal_type

from other_languages.features_pb2 import M
from other_languages.user_pb2 import User


def main() -> None:
    reveal_type(User().m)  # M
    assert User(m=M(x=1)).m.x == 1


if __name__ == "__main__":
    main()
