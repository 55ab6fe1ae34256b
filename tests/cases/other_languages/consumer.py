"""The package imports without the modules of other languages' options, and keeps what the options say."""

from typing import reveal_type

from other_languages import features_pb2
from other_languages.features_pb2 import M
from other_languages.user_pb2 import User


def main() -> None:
    reveal_type(User().m)  # M
    assert User(m=M(x=1)).m.x == 1
    options = features_pb2.DESCRIPTOR.GetOptions().SerializeToString()
    assert options, "the options for other languages are gone"


if __name__ == "__main__":
    main()
