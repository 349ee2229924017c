insert into item (name, price) values ('first', 1.50);
create index item_price on item (price);
