-- `status` stays empty: the office's own words are mapped by Config/codes/status.json5.
SELECT
    d.id AS source_key,
    d.code,
    p.national_code AS procedure_code,
    p.name AS procedure_name,
    d.procedure_code AS local_procedure_code,
    p.field_code,
    p.field_name,
    d.receipt_number,
    d.channel,
    d.owner_name,
    d.owner_kind,
    d.owner_account,
    d.identity_number,
    CASE WHEN length(d.birth_date) > 4 THEN d.birth_date END AS birth_date,
    CASE WHEN length(d.birth_date) = 4 THEN d.birth_date END AS birth_year,
    d.other_information,
    d.email,
    d.fax,
    d.phone,
    d.summary,
    d.submitted_at,
    d.accepted_at,
    d.due_at,
    d.status AS local_status,
    d.returned_at,
    d.return_information,
    d.return_method,
    d.finished_at,
    d.refused_at,
    d.unit_code,
    u.name AS unit_name,
    u.commune_code,
    d.note,
    d.submission_place,
    CASE WHEN EXISTS (
        SELECT 1 FROM document s
        WHERE s.dossier_id = d.id AND s.kind = 1 AND s.digitised = 1 AND s.deleted = 0
    ) THEN 1 ELSE 0 END AS has_digitised_component,
    d.vneid AS verified_by_vneid,
    d.online_payment,
    d.databases,
    d.deleted,
    d.linked_code
FROM dossier d
LEFT JOIN procedure p ON p.code = d.procedure_code
LEFT JOIN unit u ON u.code = d.unit_code
WHERE d.id = ANY (:keys::bigint[])
ORDER BY d.id
