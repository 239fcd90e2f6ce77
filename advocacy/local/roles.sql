-- The four database roles and the database, for psql 14 or newer as a superuser:
--
--   ADVOCACY_OWNER_PASSWORD=… ADVOCACY_APP_PASSWORD=… ADVOCACY_BACKUP_PASSWORD=… psql -d postgres -f roles.sql
--
-- May be run again: it changes passwords to the given ones and leaves everything else as it is.
-- Tables and policies are no matter of this page; the migrations grant them.

\set ON_ERROR_STOP on
\getenv owner_password ADVOCACY_OWNER_PASSWORD
\getenv app_password ADVOCACY_APP_PASSWORD
\getenv backup_password ADVOCACY_BACKUP_PASSWORD

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'advocacy_owner') THEN CREATE ROLE advocacy_owner; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'advocacy_app') THEN CREATE ROLE advocacy_app NOINHERIT; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'advocacy_engine') THEN CREATE ROLE advocacy_engine NOLOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'advocacy_backup') THEN CREATE ROLE advocacy_backup; END IF;
END
$$;

-- Owns the tables and runs migrations; CREATEDB lets it make the test databases. Nothing else uses it.
ALTER ROLE advocacy_owner WITH LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE PASSWORD :'owner_password';
-- Web, workers and beat. NOINHERIT: the engine's rights are taken by SET LOCAL ROLE, never by accident.
ALTER ROLE advocacy_app WITH LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
-- The web's limits (accounts/time_limits.py tells the others theirs), for what runs outside a company's transaction.
ALTER ROLE advocacy_app SET statement_timeout = '15s';
ALTER ROLE advocacy_app SET lock_timeout = '10s';
ALTER ROLE advocacy_app SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE advocacy_engine WITH NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
-- Sees every company's rows, since a dump must, and can write none.
ALTER ROLE advocacy_backup WITH LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'backup_password';
ALTER ROLE advocacy_backup SET default_transaction_read_only = on;

GRANT advocacy_engine TO advocacy_app;
GRANT pg_read_all_data TO advocacy_backup;

SELECT 'CREATE DATABASE advocacy OWNER advocacy_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'advocacy') \gexec
REVOKE ALL ON DATABASE advocacy FROM PUBLIC;
GRANT CONNECT ON DATABASE advocacy TO advocacy_app, advocacy_backup;

\connect advocacy
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO advocacy_app, advocacy_engine, advocacy_backup;
