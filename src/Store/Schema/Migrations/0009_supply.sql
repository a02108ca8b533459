-- When a seller delivers, what is in season when, how long it keeps. The defaults say what was assumed before: any day, all year, for ever.
alter table offers add column delivery_days smallint not null default 127 check (delivery_days between 1 and 127); -- bit 0 is Monday
alter table offers add column cut_off time; -- household-local; null takes orders all day
alter table products add column season_months smallint not null default 4095 check (season_months between 1 and 4095); -- the harvest calendar: bit 0 is January
alter table products add column shelf_life_days integer check (shelf_life_days between 1 and 3650); -- null keeps
