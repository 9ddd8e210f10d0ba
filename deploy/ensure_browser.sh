#!/bin/sh
# The browser tests need Chromium: the machine's own, else Debian's package (as root), else Playwright's download.
set -eu
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -n "${CHROMIUM:-}" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium"
    apt-get update -qq
    exec apt-get install -y -qq chromium
fi
exec "${PYTHON:-python3}" -m playwright install chromium
