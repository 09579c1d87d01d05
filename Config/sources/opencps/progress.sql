-- One step per action. The tables do not say which status a step led to: `local_status` is the step's
-- code, mapped by the section `steps` of Config/codes/status.json5. An action's time is its createDate,
-- which later edits do not move.
SELECT
    d.dossierid AS source_key,
    a.dossieractionid AS step_id,
    coalesce(nullif(btrim(a.actionuser, E' \t\r\n'), ''), a.username) AS officer,
    a.createdate AS performed_at,
    -- Inference: the tables name no department; the agency is the nearest.
    d.govagencyname AS department,
    concat_ws(': ', nullif(btrim(a.actionname, E' \t\r\n'), ''), nullif(btrim(a.actionnote, E' \t\r\n'), '')) AS content,
    a.stepcode AS local_status,
    a.duedate AS due_at
FROM opencps_dossier d
JOIN opencps_dossieraction a ON a.dossierid = d.dossierid
-- The dossiers by their key, then their actions: each dossier is looked up once, not once for each action.
WHERE d.dossierid = ANY (:keys::bigint[])
ORDER BY d.dossierid, a.createdate, a.dossieractionid
