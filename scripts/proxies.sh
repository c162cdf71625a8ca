#!/usr/bin/env bash
# Installs the proxies that `npm run test:proxies` starts, from Debian's packages, and only those that are missing.
# None of them is started as a service: the tests run them themselves, each with a configuration of its own.
set -euo pipefail
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

missing=()
# Program and package of each; Varnish compiles its configuration, with gcc.
for pair in nginx:nginx apache2:apache2 haproxy:haproxy varnishd:varnish gcc:gcc caddy:caddy lighttpd:lighttpd \
  traffic_server:trafficserver; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
# The module of nginx that compresses with Brotli.
if [ ! -e /usr/lib/nginx/modules/ngx_http_brotli_filter_module.so ]; then
  missing+=(libnginx-mod-http-brotli-filter)
fi
if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "scripts/proxies.sh: no apt-get here; install ${missing[*]} another way and put them on the PATH" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
fi

# A package of Debian's asks this program whether it may start its service (101: no).
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "scripts/proxies.sh: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -y --no-install-recommends "${missing[@]}"
