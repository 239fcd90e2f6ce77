#!/bin/sh
# Writes the configuration from the environment and becomes PgBouncer. Only the application's role may come through here.
set -eu
umask 077
printf '"advocacy_app" "%s"\n' "$ADVOCACY_APP_PASSWORD" > /tmp/users.txt
cat > /tmp/pgbouncer.ini <<EOF
[databases]
advocacy = host=postgres port=5432 dbname=advocacy

[pgbouncer]
listen_addr = 0.0.0.0
listen_port = 6432
auth_type = scram-sha-256
auth_file = /tmp/users.txt
pool_mode = transaction
default_pool_size = 40
max_client_conn = 1000
ignore_startup_parameters = extra_float_digits,options
EOF
exec pgbouncer /tmp/pgbouncer.ini
