INSERT INTO livemeter_call (id, caller, callee, caller_peer, callee_peer, state, tariff_version, share_basis_points, agreed_nanos, invited_at,
    accepted_at, live_at, ended_at, session, end_cause, end_by, end_detail, talked_nanos, currency, cost_micros, earned_micros) VALUES
    ('call-over', 'alice', 'bob', 'alice-1', 'bob-1', 'ENDED', 'call#1', 7000, 0, 1772366400123456, 1772366400123456, 1772366400123456, 1772366400123456, 'session-over', 'HUNG_UP', 'bob', '',
     60000000000, 'USD', 6000000, 4200000);
INSERT INTO livemeter_token_key (place, sealed_key) VALUES (1, 'sealed');
INSERT INTO livemeter_room (id, broadcaster, title, kind, visibility, places, taken, share_basis_points, ticket_currency, ticket_micros, ticket_nanos,
    state, made_at, starts_at, opened_at, ended_at) VALUES
    ('room-open', 'bob', 'Evening', 'TICKET', 'PUBLIC', 20, 1, 7000, 'USD', 3000000, 0, 'OPEN', 1772366400123456, NULL, 1772366400123456, NULL);
INSERT INTO livemeter_room_participant (id, room, viewer, peer, session, joined_at, left_at, watched_nanos, currency, cost_micros, detail) VALUES
    ('presence-1', 'room-open', 'carol', 'carol-1', NULL, 1772366400123456, NULL, 0, 'USD', 0, '');
INSERT INTO livemeter_room_ticket (room, viewer, transfer, currency, price_micros, bought_at, first_used_at, refunded_at) VALUES
    ('room-open', 'carol', 'tip-2', 'USD', 3000000, 1772366400123456, 1772366400123456, NULL);
