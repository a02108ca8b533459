-- Which of the many dashes was typed, and blanks beside one, make no other entry of the bank: what is booked already is found under any.
insert into booking_references
select known.kind,
    regexp_replace(known.folded, E' *[-\u058A\u05BE\u1400\u1806\u2010-\u2015\u2212\u2E17\u2E1A\u2E3A\u2E3B\u2E40\u2E5D\u301C\u3030\u30A0][- \u058A\u05BE\u1400\u1806\u2010-\u2015\u2212\u2E17\u2E1A\u2E3A\u2E3B\u2E40\u2E5D\u301C\u3030\u30A0]*', '-', 'g'),
    known.reference
from booking_references known left join bookings booked on booked.kind = known.kind and booked.reference = known.reference
order by booked.number nulls last
on conflict do nothing;
