"""Acts as an editor: opens files, reads diagnostics, requests completions and hovers."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

_SERVER = "from basedpyright.langserver import main; main()"
_TIMEOUT = 60


class Editor:
    """A project open in an editor with basedpyright. The editor has no settings, and no way to get any."""

    def __init__(self, root: Path) -> None:
        """Takes the project's folder."""
        self._root = root
        self._client = LanguageClient("editor", "1")
        self._diagnostics: dict[str, asyncio.Future[list[str]]] = {}

        @self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def receive(params: types.PublishDiagnosticsParams) -> None:
            if (answer := self._diagnostics.get(params.uri)) and not answer.done():
                answer.set_result([str(diagnostic.message) for diagnostic in params.diagnostics])

    async def start(self, environment: Mapping[str, str]) -> None:
        """Starts the language server."""
        await self._client.start_io(sys.executable, "-c", _SERVER, "--stdio", env=dict(environment))
        folder = types.WorkspaceFolder(self._root.as_uri(), self._root.name)
        capabilities = types.ClientCapabilities(
            text_document=types.TextDocumentClientCapabilities(
                hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
            )
        )
        await asyncio.wait_for(
            self._client.initialize_async(
                types.InitializeParams(capabilities=capabilities, root_uri=folder.uri, workspace_folders=[folder])
            ),
            _TIMEOUT,
        )
        self._client.initialized(types.InitializedParams())

    async def stop(self) -> None:
        """Ends the language server."""
        await asyncio.wait_for(self._client.shutdown_async(None), _TIMEOUT)
        self._client.exit(None)
        await self._client.stop()  # type: ignore[no-untyped-call]

    async def open(self, name: str, text: str) -> list[str]:
        """Opens a file of the project, saved or not, and returns the messages of its diagnostics."""
        uri = (self._root / name).as_uri()
        self._diagnostics[uri] = asyncio.get_running_loop().create_future()
        self._client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, types.LanguageKind.Python, 1, text))
        )
        return await asyncio.wait_for(self._diagnostics[uri], _TIMEOUT)

    async def complete(self, name: str, text: str) -> list[str]:
        """Opens a file and returns the completions at its end."""
        await self.open(name, text)
        params = types.CompletionParams(self._document(name), _end(text))
        answer = await asyncio.wait_for(self._client.text_document_completion_async(params), _TIMEOUT)
        items = answer.items if isinstance(answer, types.CompletionList) else answer or []
        return [item.label for item in items]

    async def hover(self, name: str, text: str) -> str:
        """Opens a file and returns the hover text of its last word."""
        await self.open(name, text)
        end = _end(text)
        params = types.HoverParams(self._document(name), types.Position(end.line, end.character - 1))
        answer = await asyncio.wait_for(self._client.text_document_hover_async(params), _TIMEOUT)
        assert answer and isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    def _document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier((self._root / name).as_uri())


def _end(text: str) -> types.Position:
    lines = text.split("\n")
    return types.Position(len(lines) - 1, len(lines[-1]))
