"""The page of examples/connect in Debian's Chromium: gRPC-Web, with the same npm package."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.examples.project import compiled
from tests.examples.servers import serving
from tests.typescript.project import NODE, Project

# Submits the form like a user, once the page is listening: modules run in page order.
ORDER = """
<script type="module">
  document.querySelector("[name=quantity]").value = "{quantity}";
  document.querySelector("form").requestSubmit();
</script>
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The compiled example."""
    return compiled("connect", tmp_path_factory.mktemp("examples"))


@pytest.mark.parametrize(
    ("quantity", "answer"), [("10", "order B1"), ("ten", "A quantity is a decimal number above zero.")]
)
def test_the_page(quantity: str, answer: str, project: Project, tmp_path: Path) -> None:
    chromium = shutil.which("chromium", path="/usr/bin:/bin")
    assert chromium, "there is no Chromium: apt-get install chromium"
    text = (project.folder / "index.html").read_text().replace("</body>", ORDER.format(quantity=quantity) + "</body>")
    project.write({"order.html": text})
    with serving(NODE, project.folder / "dist/server.js", "0", "0") as server:
        address = server.line().split()[-1]
        result = subprocess.run(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={tmp_path}",
                # In milliseconds: Chromium prints the page in its state at that time.
                "--virtual-time-budget=3000",
                "--dump-dom",
                f"{address}order.html",
            ],
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    shown = re.findall(r"<output[^>]*>(.*?)</output>", result.stdout)
    assert shown[1:] == [answer] and re.fullmatch(r"705\d\d\.25", shown[0]), result
