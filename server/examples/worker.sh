#!/bin/sh
# A worker in curl: creates a job, writes to it, and completes it.
#   REALTIME_URL=http://localhost:3000 WORKER_KEY=dev-worker-key sh server/examples/worker.sh
set -eu
url=${REALTIME_URL:-http://localhost:3000}
key=${WORKER_KEY:-dev-worker-key}

# Repeats a call that had no answer: each of them can be repeated safely.
call() { # path, body, further options of curl
  path=$1 body=$2
  shift 2
  if said=$(curl --silent --show-error --fail-with-body --retry 5 --retry-connrefused --max-time 10 \
    --header "Authorization: Bearer $key" --header 'Content-Type: application/json' \
    "$@" --data-binary "$body" "$url$path"); then
    printf '%s\n' "$said"
  else
    # Why it was refused.
    printf '%s\n' "$said" >&2
    return 1
  fi
}
field() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p"; }

created=$(call /v1/jobs '{ "ownerId": "dev", "title": "A report by curl" }' --header "Idempotency-Key: report-$$-$(date +%s)")
job=$(printf %s "$created" | field jobId)
writer=$(printf %s "$created" | field writer)

# `from` is the sequence of the first event: 1 is job:created. With `writer` it makes the call safe to repeat.
answer=$(call "/v1/jobs/$job/events" '{ "from": 2, "writer": "'"$writer"'", "events": [
  { "type": "job:started" },
  { "type": "job:step", "step": { "id": "writing", "label": "Writing", "status": "active" } },
  { "type": "job:progress", "progress": 50 },
  { "type": "model:chunk:v1", "text": "Written by curl." }
] }')

if [ "$(printf %s "$answer" | field cancelRequested)" = true ]; then
  last='{ "type": "job:cancelled" }'
else
  last='{ "type": "job:completed" }'
fi
call "/v1/jobs/$job/events" '{ "from": 6, "writer": "'"$writer"'", "events": [ '"$last"' ] }' > /dev/null
echo "$job"
