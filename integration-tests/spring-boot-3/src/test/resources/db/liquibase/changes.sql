--liquibase formatted sql

--changeset pgpool:1
create table migrated as select 'databasechangelog' as by;
