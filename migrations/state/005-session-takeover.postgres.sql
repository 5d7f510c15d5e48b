-- Until when a browser may bring the session in the cookie that it was begun with by an older version; 0: never (again), NULL: until
-- it expires.
ALTER TABLE state.session ADD COLUMN takeover_until bigint;
