-- Two roles for Dozor on PostgreSQL, with the least that each needs. A superuser runs it once in the database, before the first `dozor migrate`:
--   createdb dozor && psql --dbname dozor --file postgresql.sql, then \password dozor_owner and \password dozor_app
-- `dozor migrate`, `restore` and `migrate --from` connect as dozor_owner; all else, `dozor run` above all, as dozor_app, which cannot change the schema.
CREATE ROLE dozor_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
CREATE ROLE dozor_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;

DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO dozor_owner, dozor_app', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO dozor_owner;
GRANT USAGE ON SCHEMA public TO dozor_app;

-- What dozor_owner makes, now and in later versions, dozor_app may read and write.
ALTER DEFAULT PRIVILEGES FOR ROLE dozor_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dozor_app;
ALTER DEFAULT PRIVILEGES FOR ROLE dozor_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO dozor_app;
