--liquibase formatted sql

--changeset pgpool:price
alter table item add price numeric;

--changeset pgpool:first
insert into item (name, price) values ('first', 1.50);
