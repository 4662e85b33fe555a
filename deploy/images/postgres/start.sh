#!/bin/sh
# Makes a database cluster in PGDATA on the first start, then becomes the server. Understands what of the image
# `postgres` a test needs: POSTGRES_USER, POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, POSTGRES_DB.
set -eu
user=${POSTGRES_USER:-postgres}
if [ ! -f "$PGDATA/PG_VERSION" ]; then
  password=${POSTGRES_PASSWORD:-}
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then password=$(cat "$POSTGRES_PASSWORD_FILE"); fi
  if [ -z "$password" ]; then
    echo "postgres: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE: the superuser of a new cluster needs a password." >&2
    exit 1
  fi
  # A here-document reaches initdb through a file, not through its command line.
  initdb --username="$user" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --pwfile=/dev/stdin <<END
$password
END
  unset password
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  if [ "${POSTGRES_DB:-$user}" != postgres ]; then
    # Quotes inside the name are doubled, as SQL wants it.
    name=$(printf '%s' "${POSTGRES_DB:-$user}" | sed 's/"/""/g')
    echo "CREATE DATABASE \"$name\";" | postgres --single -j postgres > /dev/null
  fi
fi
unset POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
