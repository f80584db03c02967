#!/bin/sh
# smoke.sh ADDRESS SINCE: waits until the front says that the planner has looked for due tenants after SINCE (ISO, UTC).
set -eu
export LC_ALL=C # ISO times of one form and zone sort as text

address=$1
since=$2
tries=40 # ten minutes: two apps start, new roles take a while to act, the planner comes once a minute
while [ "$tries" -gt 0 ]; do
    answer=$(curl --fail --silent --max-time 30 "$address/api/health" || true)
    planned=$(printf '%s' "$answer" | sed -n 's/.*"planned_at": *"\([^"]*\)".*/\1/p')
    if [ -n "$planned" ] && [ "$(printf '%s\n%s\n' "$since" "$planned" | sort | tail -n 1)" = "$planned" ]; then
        echo "Planned at $planned, after $since: $answer"
        exit 0
    fi
    tries=$((tries - 1))
    sleep "${SMOKE_SECONDS:-15}"
done
echo "No planning after $since. Last answer of $address/api/health: ${answer:-none}" >&2
exit 1
