alter table item add price numeric;
