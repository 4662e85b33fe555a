#!/bin/sh
# Writes the configuration, sets the first password, becomes the server. Understands what of the image `neo4j` a
# test needs: NEO4J_AUTH (neo4j/PASSWORD or none), NEO4J_server_memory_heap_max__size.
set -eu
home=/data/home
mkdir -p "$home/conf" "$home/plugins"
auth=${NEO4J_AUTH:-}
enabled=true
case $auth in
  none) enabled=false ;;
  neo4j/?*) ;;
  *) echo "neo4j: set NEO4J_AUTH to neo4j/PASSWORD, or to none." >&2; exit 1 ;;
esac
cat > "$home/conf/neo4j.conf" <<END
server.default_listen_address=0.0.0.0
server.directories.data=/data
server.directories.logs=/logs
dbms.security.auth_enabled=$enabled
dbms.usage_report.enabled=false
END
opens="--add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED
--add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.util.concurrent=ALL-UNNAMED"
if [ "$enabled" = true ] && [ ! -f /data/dbms/auth.ini ] && [ ! -d /data/databases/system ]; then
  # Through an argument file: a command line is for everybody to read.
  umask 077
  printf '"%s"\n' "$(printf '%s' "${auth#neo4j/}" | sed 's/["\\]/\\&/g')" > "$home/first-password"
  # shellcheck disable=SC2086
  NEO4J_HOME=$home NEO4J_CONF=$home/conf java -Xmx128m $opens -cp '/opt/neo4j/lib/*' \
    org.neo4j.server.startup.Neo4jAdminCommand dbms set-initial-password "@$home/first-password" || exit 1
  rm -f "$home/first-password"
fi
unset NEO4J_AUTH auth
heap=${NEO4J_server_memory_heap_max__size:-512m}
# shellcheck disable=SC2086
exec java "-Xmx$heap" -XX:+UseSerialGC $opens -cp '/opt/neo4j/lib/*' org.neo4j.server.CommunityEntryPoint \
  --home-dir="$home" --config-dir="$home/conf"
