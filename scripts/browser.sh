#!/usr/bin/env bash
# Installs the browser that `npm run test:browser` drives, Debian's Chromium, if there is none yet.
# Another one can be named: CHROMIUM=/path/to/chrome npm run test:browser
set -euo pipefail

if [ -n "${CHROMIUM:-}" ]; then
  exit 0
fi
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null; then
    exit 0
  fi
done

if ! command -v apt-get >/dev/null; then
  echo "scripts/browser.sh: no Chromium and no apt-get here; set CHROMIUM to the path of a Chromium or Chrome" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
fi

echo 'scripts/browser.sh: installing chromium'
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -y --no-install-recommends chromium fonts-liberation
