"""Before the tests: a Chromium with Chinese fonts, through apt, where we are root on Debian and none is found.

Elsewhere nothing happens: the browser tests then skip visibly, or fail where CI=true.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")


def browser_path() -> str | None:
    """Where a Chromium is, None where none is found."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def main() -> None:
    if browser_path():
        return
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        print("没有找到 Chromium：网页测试将跳过（CI=true 时算失败）。", file=sys.stderr)
        return
    print("正在安装 Chromium（网页测试要用）……", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", *PACKAGES)):
        done = subprocess.run([apt, *arguments], env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            print(f"apt-get {arguments[0]} 没有成功，网页测试可能跳过。", file=sys.stderr)
            return


if __name__ == "__main__":
    main()
