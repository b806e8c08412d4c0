"""Pictures of the site, made by its browser tests.

python -m tests.screens           docs/screenshot.png, the picture of README.md
python -m tests.screens FOLDER    also every page at 360 and 1280 px, light and dark
"""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
README_PICTURE = HERE.parent / "docs" / "screenshot.png"


def main(arguments: list[str]) -> int:
    os.environ["README_PICTURE"] = str(README_PICTURE)
    tests = [str(HERE / "browser" / "test_readme_picture.py")]
    if arguments:
        folder = Path(arguments[0]).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["SCREENS"] = str(folder)
        tests.append(str(HERE / "browser" / "test_every_page.py"))
    return pytest.main(["-q", *tests])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
