-- A deadline is part of an order's id: seconds as they were signed (uint64), also beyond what a calendar reaches.
alter table orders alter column deadline type numeric(20) using floor(extract(epoch from deadline));
