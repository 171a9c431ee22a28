"""What the pages on how the newsroom works say until the desk has written its own, and what the desk begins with.

They say what holds for every desk that works with these services and nothing else; who one is and who pays, only the desk knows.
One Markdown file a page in a folder a language; the first line is the title.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
USUAL = "en"


def languages() -> list[str]:
    """The languages that there are texts in."""
    return sorted(folder.name for folder in FOLDER.iterdir() if (folder / "methodology.md").exists())


def starter(name: str, language: str = USUAL) -> tuple[str, str]:
    """Title and text of a page, in Markdown; in English if there is none in this language."""
    folder = FOLDER / language if language in languages() else FOLDER / USUAL
    title, _, text = (folder / f"{name}.md").read_text("utf-8").partition("\n")
    return title.removeprefix("# ").strip(), text.strip()
