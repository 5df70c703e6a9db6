INSERT INTO livemeter_quota_day (quota, quota_day, used) VALUES ('youtube 4711', '2026-03-01', 1600);
