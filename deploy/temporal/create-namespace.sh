#!/bin/sh
# Makes the namespace, once the server answers. Safe to run again.
set -eu

# How long ended requests can be looked at in Temporal; what was recorded of them stays in PostgreSQL.
retention=30d

tries=0
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS does not answer" >&2
    exit 1
  fi
  sleep 1
done

temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention "$retention"
