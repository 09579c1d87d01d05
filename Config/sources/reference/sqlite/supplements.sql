SELECT
    s.dossier_id AS source_key,
    s.id,
    s.requested_by,
    s.content,
    s.requested_at,
    s.received_by,
    s.received_information,
    s.received_at,
    s.done AS is_done,
    s.previous_due_at,
    s.new_due_at
FROM supplement s
WHERE s.dossier_id IN (SELECT value FROM json_each(:keys))
ORDER BY s.dossier_id, s.id
