#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fails where a relative link of a Markdown page leads to no file, or to no heading of it.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The anchors of a page's headings, as GitHub makes them: lower case, spaces to hyphens, other marks dropped.
anchors() { # PAGE
  awk '/^```/ {code = !code} !code && /^#+ / {sub(/^#+ /, ""); print tolower($0)}' "$1" |
    sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}

# TARGET of each [text](TARGET) outside code blocks.
links() { # PAGE
  awk '/^```/ {code = !code} !code' "$1" | grep -oE '\]\([^)[:space:]]+\)' | sed -E 's/^\]\(|\)$//g' || true
}

bad=0
while read -r page; do
  while read -r link; do
    case $link in *://* | mailto:*) continue ;; esac
    file=${link%%#*} anchor=''
    [[ $link != *#* ]] || anchor=${link#*#}
    target=$page
    [ -z "$file" ] || target=$(dirname "$page")/$file
    if [ ! -e "$target" ]; then
      echo "$page: links to $link, which is not there" && bad=1
    elif [ -n "$anchor" ] && ! anchors "$target" | grep -qxF "$anchor"; then
      echo "$page: links to $link, which has no such heading" && bad=1
    fi
  done < <(links "$page")
done < <(git ls-files '*.md')
exit $bad
