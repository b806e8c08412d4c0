"""Chromium for the browser tests: found on the machine, or installed from Debian's packages."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# Each new profile would open a window with two web pages of its own in the address field: two thirds
# of what a person with an empty profile costs.
NOT_NEEDED = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# Chromium heeds the last list alone, so what Playwright turns off is said again.
BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch", "msForceBrowserSignIn", "msEdgeUpdateLaunchServicesPreferredVersion",
)  # fmt: skip
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join((*BY_PLAYWRIGHT, *NOT_NEEDED))}",
]


def find() -> str | None:
    """Path of a Chromium on this machine, or None."""
    named = os.environ.get("CHROMIUM")
    found = [named, *(shutil.which(name) for name in NAMES), MAC]
    return next((path for path in found if path and os.path.exists(path)), None)  # noqa: PTH110


def install() -> None:
    """Debian's chromium by apt, as root or by sudo without a password; silent where it cannot."""
    apt = shutil.which("apt-get")
    sudo = [] if os.getuid() == 0 else ["sudo", "-n"]
    if not apt or (sudo and not shutil.which("sudo")):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-y", "-q", "chromium", "fonts-dejavu-core"]):
        subprocess.run(  # noqa: S603
            [*sudo, apt, *arguments], env=environment, check=False, stdout=subprocess.DEVNULL
        )


def main() -> int:
    if not find():
        sys.stdout.write("Installing Chromium for the browser tests …\n")
        sys.stdout.flush()
        install()
    if find():
        return 0
    sys.stdout.write(
        "The browser tests need Chromium: `apt install chromium`, or set CHROMIUM to its path.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
