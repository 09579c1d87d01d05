SELECT
    s.dossier_id AS source_key,
    s.id AS step_id,
    s.officer,
    s.title,
    s.performed_at,
    s.department,
    s.content,
    s.status AS local_status,
    s.started_at,
    s.due_at,
    s.result_data
FROM step s
WHERE s.dossier_id = ANY (:keys::bigint[])
ORDER BY s.dossier_id, s.performed_at, s.id
