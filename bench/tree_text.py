"""The text of a generated proto: messages, fields, enums, services, options and comments."""

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

NOUNS = (
    "account address asset audience backup balance batch billing bucket budget campaign catalog channel cluster "
    "column commit contact contract conversion criterion currency customer dataset delivery deployment device digest "
    "document domain endpoint entry event export feature feed filter folder group image index instance invoice job key "
    "label language ledger license limit location log media member metric migration model module network node note "
    "object offer order owner partition payment permission phone pipeline plan policy portfolio product profile "
    "project property quota range region release report revision role route rule sample schedule schema secret segment "
    "session setting signal snapshot source stage station storage stream subject summary table tag target task "
    "template tenant term token topic track trigger type unit usage user version view volume voucher warehouse zone"
)
WORDS = NOUNS.split()
VERBS = ("Get", "List", "Create", "Update", "Delete", "Search", "Run", "Cancel", "Import", "Watch")
BEHAVIORS = ("REQUIRED", "OPTIONAL", "OUTPUT_ONLY")
PAIRS = [f"{one}_{other}" for one in WORDS for other in WORDS if one != other]

# Weights.
WELL_KNOWN = {"Timestamp": 60, "FieldMask": 15, "Duration": 11, "Struct": 5, "Any": 2}
SCALARS = {"string": 64941, "bool": 7658, "int32": 6158, "int64": 5453, "double": 2262, "float": 1279, "bytes": 756}

# What the hubs that define options contain.
OPTIONS = {
    "resource": """extend google.protobuf.MessageOptions { ResourceDescriptor resource = 50001; }
extend google.protobuf.FieldOptions { ResourceReference resource_reference = 50002; }

// Describes a resource.
message ResourceDescriptor {
  // The type of the resource.
  string type = 1;
  // The patterns of its name.
  repeated string pattern = 2;
}

// Names the type of the resource that a field refers to.
message ResourceReference {
  // The type of the resource.
  string type = 1;
}
""",
    "field_behavior": """extend google.protobuf.FieldOptions { repeated FieldBehavior field_behavior = 50003; }

// What a client may do with a field.
enum FieldBehavior {
  // Nothing is known.
  FIELD_BEHAVIOR_UNSPECIFIED = 0;
  // The client has to set it.
  REQUIRED = 1;
  // The client may leave it out.
  OPTIONAL = 2;
  // Only the server sets it.
  OUTPUT_ONLY = 3;
}
""",
    "http": """extend google.protobuf.MethodOptions { HttpRule http = 50004; }

// Maps an rpc to HTTP.
message HttpRule {
  // The method and the path.
  oneof pattern {
    // Reads.
    string get = 1;
    // Writes.
    string post = 2;
  }
  // The field that the body fills.
  string body = 3;
}
""",
    "client": """extend google.protobuf.MethodOptions { repeated string method_signature = 50005; }
extend google.protobuf.ServiceOptions { string default_host = 50006; }
""",
}


@dataclass
class Proto:
    """A file: its name, its kind, how many messages follow the first, and the files whose types it has to use."""

    path: str
    kind: str
    others: int = 0
    uses: list["Proto"] = field(default_factory=list)

    @property
    def package(self) -> str:
        """The package, which is that of the folder."""
        return str(PurePosixPath(self.path).parent).replace("/", ".")

    @property
    def title(self) -> str:
        """The file's name as a type's."""
        return camel(PurePosixPath(self.path).stem)

    @property
    def type(self) -> str:
        """The qualified name of the type that others use."""
        return (
            f"{self.package}.{self.title}Enum.{self.title}" if self.kind == "enum" else f"{self.package}.{self.title}"
        )


def camel(name: str) -> str:
    """Returns a_name as AName."""
    return "".join(word.capitalize() for word in name.split("_"))


def snake(name: str) -> str:
    """Returns AName as a_name."""
    return re.sub("(?<!^)([A-Z])", r"_\1", name).lower()


class Writer:
    """Writes the text of one file."""

    def __init__(self, rng: random.Random, proto: Proto, hubs: Sequence[str], prose: Sequence[str]) -> None:
        """Takes the source of randomness, the file, the hubs of the tree and lines of comments."""
        self.rng, self.proto, self.hubs, self.prose = rng, proto, hubs, prose
        self.pending = [*proto.uses]
        self.imports: set[str] = set()
        self.lines: list[str] = []
        self.types = [proto.title] if proto.kind == "message" else []
        self.annotated = rng.random() < 0.8

    def size(self, median: float, sigma: float, least: int = 1, most: int = 10**4) -> int:
        """Returns a size with a log-normal distribution."""
        return max(least, min(most, round(self.rng.lognormvariate(math.log(median), sigma))))

    def add(self, indent: int, line: str, comment: bool = True) -> None:
        """Adds a line, below a comment."""
        margin = "  " * indent
        if comment:
            length, start = self.size(62, 1.03), self.rng.randrange(len(self.prose) - 300)
            whole = [f"{margin}// {text}" for text in self.prose[start : start + min(length // 72, 299)]]
            self.lines += [*whole, f"{margin}// {self.prose[start + len(whole)][: length % 72 + 1]}"]
        self.lines.append(margin + line)

    def option(self, hub: str, text: str) -> list[str]:
        """Returns an option, and imports the hub that defines it; nothing if the tree does not have that hub."""
        path = f"common/options/{hub}.proto"
        if path not in self.hubs or self.proto.path in self.hubs:
            return []
        self.imports.add(path)
        return [text]

    def use(self, proto: Proto) -> str:
        """Imports a file and returns its type."""
        self.imports.add(proto.path)
        return f".{proto.type}"

    def well_known(self, name: str) -> str:
        """Imports a well-known type and returns its name."""
        self.imports.add(f"google/protobuf/{snake(name)}.proto")
        return f"google.protobuf.{name}"

    def field(self, indent: int, number: int, own: Sequence[str] = (), oneof: bool = False) -> None:
        """Adds a field, of one of the message's own types, of what the file has to use, or of any type."""
        rng, label = self.rng, ""
        if own:
            kind = rng.choice(own)
        elif rng.random() < 0.34 and (self.pending or self.types):
            if rng.random() < 0.1:
                kind = self.well_known(rng.choices([*WELL_KNOWN], [*WELL_KNOWN.values()])[0])
            else:
                kind = self.use(self.pending.pop()) if self.pending else rng.choice(self.types)
        else:
            kind = rng.choices([*SCALARS], [*SCALARS.values()])[0]
            label = "optional " if rng.random() < 0.2 and not oneof else ""
        if not label and not oneof:
            chance = rng.random()
            kind = f"map<string, {kind}>" if chance < 0.016 else f"repeated {kind}" if chance < 0.16 else kind
        options = ["deprecated = true"] if rng.random() < 0.02 else []
        if self.annotated and rng.random() < 0.5:
            options += self.option("field_behavior", f"(common.options.field_behavior) = {rng.choice(BEHAVIORS)}")
        if self.annotated and rng.random() < 0.07:
            reference = f'(common.options.resource_reference) = {{ type: "example.com/{camel(rng.choice(WORDS))}" }}'
            options += self.option("resource", reference)
        suffix = f" [{', '.join(options)}]" if options else ""
        self.add(indent, f"{label}{kind} {rng.choice(PAIRS)}_{number} = {number}{suffix};")

    def enum(self, indent: int, name: str, median: int) -> None:
        """Adds an enum."""
        self.add(indent, f"enum {name} {{")
        prefix = snake(name).upper()
        self.add(indent + 1, f"{prefix}_UNSPECIFIED = 0;")
        for number in range(1, self.size(median, 0.8, 2)):
            self.add(indent + 1, f"{prefix}_{self.rng.choice(PAIRS).upper()}_{number} = {number};")
        self.lines.append("  " * indent + "}")

    def message(self, indent: int, name: str, median: float) -> None:
        """Adds a message with nested types and a oneof."""
        rng, own, size = self.rng, [], self.size(median, 0.95, 1, 300)
        self.add(indent, f"message {name} {{")
        if name == self.proto.title and self.annotated:
            pattern = f'type: "example.com/{name}" pattern: "projects/{{project}}/{name.lower()}s/{{id}}"'
            for option in self.option("resource", f"option (common.options.resource) = {{ {pattern} }};"):
                self.add(indent + 1, option, comment=False)
        if size > 2 and rng.random() < 0.3:
            self.enum(indent + 1, own_name := camel(rng.choice(WORDS)) + "State", 4)
            own.append(own_name)
        if size > 2 and indent < 3 and rng.random() < 0.4:
            self.message(indent + 1, own_name := camel(rng.choice(WORDS)) + "Info", 1.9)
            own.append(own_name)
        group = range(size - 2, size + 1) if size > 3 and rng.random() < 0.3 else range(0)
        for number in range(1, size + 1):
            if number == group.start:
                self.add(indent + 1, f"oneof {rng.choice(WORDS)}_choice {{")
            self.field(indent + 1 + (number in group), number, own if number <= len(own) else (), number in group)
            if number == group.stop - 1:
                self.add(indent + 1, "}", comment=False)
        self.add(indent, "}", comment=False)

    def service(self) -> None:
        """Adds a service and its messages."""
        rng, title = self.rng, self.proto.title
        nouns = rng.sample(WORDS, len(WORDS))
        calls = [f"{rng.choice(VERBS)}{title}{camel(noun)}" for noun in nouns[: self.size(4, 1.1, 1, len(nouns))]]
        self.types += [f"{call}Request" for call in calls]
        self.add(0, f"service {title}Service {{")
        for option in self.option("client", f'option (common.options.default_host) = "{title.lower()}.example.com";'):
            self.add(1, option, comment=False)
        for call in calls:
            answer = f"{call}Response" if rng.random() < 0.8 else ""
            if answer:
                self.types.append(answer)
            stream = "stream " if rng.random() < 0.012 else ""
            self.add(1, f"rpc {call}({call}Request) returns ({stream}{answer or self.well_known('Empty')}) {{")
            path = f"/v1/{{{rng.choice(WORDS)}=projects/*/{rng.choice(WORDS)}s/*}}:{call[0].lower() + call[1:]}"
            for option in (
                *self.option("http", f'option (common.options.http) = {{ post: "{path}" body: "*" }};'),
                *self.option("client", 'option (common.options.method_signature) = "parent,name";'),
            ):
                self.add(2, option, comment=False)
            self.add(1, "}", comment=False)
        self.add(0, "}", comment=False)
        for name in [*self.types]:
            self.message(0, name, 1.9)
        for _ in range(len(calls) // 3):
            self.types.append(f"{title}{len(self.types)}Part")
            self.message(0, self.types[-1], 1.9)

    def text(self) -> str:
        """Returns the file's text."""
        proto = self.proto
        if proto.kind == "options":
            self.imports.add("google/protobuf/descriptor.proto")
            self.lines.append(OPTIONS[PurePosixPath(proto.path).stem])
        elif proto.kind == "enum":
            self.add(0, f"message {proto.title}Enum {{")
            self.enum(1, proto.title, 7)
            self.lines.append("}")
        elif proto.kind == "service":
            self.service()
        else:
            self.types += [f"{proto.title}{camel(self.rng.choice(WORDS))}{number}" for number in range(proto.others)]
            for name in [*self.types]:
                self.message(0, name, 1.9 if proto.others else 6)
        if self.pending:
            self.add(0, f"message {proto.title}Links {{")
            for number, used in enumerate(self.pending, 1):
                self.add(1, f"{self.use(used)} {PurePosixPath(used.path).stem}_{number} = {number};")
            self.lines.append("}")
        header = [f"// {line}" for line in self.prose[:7]]
        imports = [f'import "{path}";' for path in sorted(self.imports)]
        java = [f'option java_package = "com.example.{proto.package}";', "option java_multiple_files = true;"]
        head = [*header, "", 'syntax = "proto3";', "", f"package {proto.package};", "", *imports, "", *java, ""]
        return "\n".join([*head, *self.lines, ""])
