-- Gives the roles of postgresql.sql the passwords of the environment; the container of PostgreSQL runs both when it makes its database (psql 14 or later).
\set ON_ERROR_STOP on
\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv app_password POSTGRES_APP_PASSWORD
ALTER ROLE dozor_owner PASSWORD :'owner_password';
ALTER ROLE dozor_app PASSWORD :'app_password';
