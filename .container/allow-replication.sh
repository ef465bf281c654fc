#!/usr/bin/env bash
# Run once by the image of PostgreSQL when it makes the primary: the replica may copy it.
set -euo pipefail
echo 'host replication tierbook all scram-sha-256' >> "$PGDATA/pg_hba.conf"
