"""What ts-proto writes for NestJS, and what becomes of it."""

import pytest

from codegen.typescript.nestjs import mend_nestjs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "  sum(request: Observable<N>, metadata?: Metadata): Promise<M> | Observable<M> | M;\n",
            "  sum(request: Observable<N>, metadata?: Metadata): Observable<M>;\n",
            id="stream-of-requests",
        ),
        pytest.param(
            "  sum(\n    request: Observable<N>,\n    metadata?: Metadata,\n  ):\n"
            "    | Promise<M>\n    | Observable<M>\n    | M;\n",
            "  sum(\n    request: Observable<N>,\n    metadata?: Metadata,\n  ): Observable<M>;\n",
            id="wrapped",
        ),
        pytest.param(
            "  get(request: N, metadata?: Metadata): Promise<M> | Observable<M> | M;\n",
            "  get(request: N, metadata?: Metadata): Promise<M> | Observable<M> | M;\n",
            id="one-request",
        ),
        pytest.param(
            "  chat(request: Observable<N>): Observable<M>;\n\n  get(request: N): Promise<M> | Observable<M> | M;\n",
            "  chat(request: Observable<N>): Observable<M>;\n\n  get(request: N): Promise<M> | Observable<M> | M;\n",
            id="behind-a-stream",
        ),
        pytest.param(
            'import { wrappers } from "protobufjs";\nimport { Struct } from "./google/protobuf/struct.js";\n\n'
            'wrappers[".google.protobuf.Struct"] = { fromObject: Struct.wrap, toObject: Struct.unwrap } as any;\n\n'
            "export const X = 1;\n",
            'import { Struct } from "./google/protobuf/struct.js";\n\nexport const X = 1;\n',
            id="protobufjs",
        ),
    ],
)
def test_mended(before: str, after: str) -> None:
    assert mend_nestjs(before) == after
    assert mend_nestjs(after) == after
