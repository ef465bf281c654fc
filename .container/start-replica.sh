#!/usr/bin/env bash
# Copies the primary where there is no copy yet, and follows it.
set -euo pipefail
data=/var/lib/postgresql/data/replica
if [ ! -s "$data/PG_VERSION" ]; then
  rm -rf "$data"
  # -R writes how to follow; the slot keeps what the replica has not had yet while it is away.
  pg_basebackup -h primary -U tierbook -D "$data" -R -X stream -C -S tierbook_replica ||
    pg_basebackup -h primary -U tierbook -D "$data" -R -X stream -S tierbook_replica
fi
chmod 700 "$data"
exec postgres -D "$data" -c hot_standby=on -c max_connections=200
