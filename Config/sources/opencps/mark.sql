-- Where the source stands now. A transaction that has not committed when this runs has a number of at
-- least `position`, so that asking for rows from `position` on finds it whenever it commits.
-- `identity` changes when this is another database; `version` changes with every commit.
SELECT
    pg_snapshot_xmin(pg_current_snapshot())::text AS position,
    to_char(now() AT TIME ZONE :zone::text, 'YYYY-MM-DD HH24:MI:SS.MS') AS taken_at,
    (SELECT d.oid::text FROM pg_database d WHERE d.datname = current_database()) AS identity,
    pg_current_snapshot()::text AS version
