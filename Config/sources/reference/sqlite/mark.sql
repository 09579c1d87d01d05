-- Where the source stands now: its newest time, unless that lies in the future. (The daemon adds
-- `identity`, the file, and `version`, PRAGMA data_version.)
SELECT
    0 AS position,
    min(:now, coalesce(max(newest.at), :now)) AS taken_at
FROM (
    SELECT max(modified_at) AS at FROM dossier
    UNION ALL
    SELECT max(modified_at) AS at FROM step
    UNION ALL
    SELECT max(modified_at) AS at FROM document
    UNION ALL
    SELECT max(modified_at) AS at FROM fee
    UNION ALL
    SELECT max(modified_at) AS at FROM paper
    UNION ALL
    SELECT max(modified_at) AS at FROM supplement
) AS newest
