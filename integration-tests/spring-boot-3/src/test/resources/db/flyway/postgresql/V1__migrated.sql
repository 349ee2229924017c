create table migrated as select 'flyway_schema_history' as by;
