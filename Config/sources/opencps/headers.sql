-- Facts of the tables: the code (referenceUid when systemId is 5), the status mapping (sub-status first),
-- the procedure mapping, originality 1 online and 3 at the counter (negative once removed). Everything marked "inference" is our
-- reading of the tables and is to be confirmed with the province.
SELECT
    d.dossierid AS source_key,
    CASE WHEN d.systemid = 5 THEN d.referenceuid ELSE d.dossierno END AS code,
    procedure.code AS procedure_code,
    coalesce(nullif(btrim(procedure.name, E' \t\r\n'), ''), d.servicename) AS procedure_name,
    d.servicecode AS local_procedure_code,
    field.code AS field_code,
    field.name AS field_name,
    -- Inference: an application that came by post says so whatever its originality.
    CASE WHEN d.fromviapostal = 1 THEN 3 WHEN abs(d.originality::bigint) = 1 THEN 2 ELSE 1 END AS channel,
    d.applicantname AS owner_name,
    -- Inference: the type's words; every other word is left for staff to look at (the dossier is held).
    CASE lower(d.applicantidtype)
        WHEN 'citizen' THEN '1' WHEN 'business' THEN '2' ELSE d.applicantidtype
    END AS owner_kind,
    d.applicantidno AS identity_number,
    -- Unconfirmed: where the applicant's profile keeps the birth; a text match, because one malformed
    -- profile must not fail the whole query, and on what follows the name only, because a match costs by
    -- the length of its text.
    substring(applicant.birth FROM '^\s*:\s*"([0-9]{4}-[0-9]{2}-[0-9]{2})') AS birth_date,
    substring(applicant.birth FROM '^\s*:\s*"?([0-9]{4})"?\s*[,}]') AS birth_year,
    d.applicantnote AS other_information,
    d.contactemail AS email,
    d.contacttelno AS phone,
    -- Inference: the first of these that says something.
    coalesce(nullif(btrim(d.briefnote, E' \t\r\n'), ''), nullif(btrim(d.dossiername, E' \t\r\n'), ''), d.servicename) AS summary,
    -- Inference: what is handed in at the counter is submitted when it is received.
    coalesce(d.submitdate, CASE WHEN abs(d.originality::bigint) = 3 THEN d.receivedate END) AS submitted_at,
    d.receivedate AS accepted_at,
    d.duedate AS due_at,
    status.code AS status,
    d.dossierstatus AS local_status,
    d.dossiersubstatus AS local_substatus,
    -- Inference: finishDate is the hand-over, releaseDate the end of the work.
    d.finishdate AS returned_at,
    CASE WHEN coalesce(d.viapostal, 0) IN (0, 1) THEN 0 ELSE 1 END AS return_method,
    d.releasedate AS finished_at,
    -- Inference: refused when the step to the refusal was taken; the tables have no column for it.
    CASE WHEN d.dossierstatus = 'denied'
         THEN coalesce(denial.at, d.finishdate, d.releasedate) END AS refused_at,
    d.govagencycode AS unit_code,
    d.govagencyname AS unit_name,
    d.dossiernote AS note,
    -- Inference: what stands in the province's tables was submitted to the province.
    2 AS submission_place,
    CASE WHEN EXISTS (
        SELECT 1 FROM opencps_dossierfile f
        WHERE f.dossierid = d.dossierid AND f.dossierparttype = 1 AND f.fileentryid > 0
          AND NOT coalesce(f.removed, false)
    ) THEN 1 ELSE 0 END AS has_digitised_component,
    coalesce(payment.online, 0) AS online_payment,
    -- OpenCPS removes a dossier by turning its originality's sign.
    CASE WHEN d.originality < 0 THEN 1 ELSE 0 END AS deleted
FROM opencps_dossier d
LEFT JOIN LATERAL (
    SELECT m.servicecodedvcqg AS code, m.servicenamedvcqg AS name
    FROM opencps_serviceinfomapping m
    WHERE m.servicecode = d.servicecode AND btrim(m.servicecodedvcqg) <> ''
    ORDER BY (m.groupid = d.groupid) DESC NULLS LAST, m.serviceinfomappingid
    LIMIT 1
) procedure ON true
LEFT JOIN LATERAL (
    SELECT s.domaincode AS code, s.domainname AS name
    FROM opencps_serviceinfo s
    WHERE s.servicecode = d.servicecode
    ORDER BY (s.groupid = d.groupid) DESC NULLS LAST, s.serviceinfoid
    LIMIT 1
) field ON true
LEFT JOIN LATERAL (
    SELECT m.statuscodedvcqg AS code
    FROM opencps_dossierstatusmapping m
    WHERE btrim(m.statuscodedvcqg) <> ''
      AND ((btrim(d.dossiersubstatus) <> '' AND m.substatuscode = d.dossiersubstatus)
           OR (m.statuscode = d.dossierstatus AND btrim(coalesce(m.substatuscode, '')) = ''))
    ORDER BY (btrim(coalesce(m.substatuscode, '')) <> '') DESC,
             (m.groupid = d.groupid) DESC NULLS LAST, m.dossierstatusmappingid
    LIMIT 1
) status ON true
LEFT JOIN LATERAL (
    SELECT left(split_part(a.profile, '"birthDate"', 2), 40) AS birth
    FROM opencps_applicant a
    WHERE a.applicantidno = d.applicantidno AND btrim(a.applicantidno) <> ''
    ORDER BY a.applicantid DESC
    LIMIT 1
) applicant ON true
LEFT JOIN LATERAL (
    SELECT max(a.createdate) AS at
    FROM opencps_dossieraction a
    WHERE d.dossierstatus = 'denied'
      AND a.dossierid = d.dossierid AND a.stepcode = :denied_step::text
) denial ON true
LEFT JOIN LATERAL (
    -- 1 over the national platform, 2 through the province's own gateway.
    SELECT min(CASE WHEN lower(p.paymentmethod) ~ :national_payment::text THEN 1 ELSE 2 END)
               AS online
    FROM opencps_paymentfile p
    WHERE p.dossierid = d.dossierid
      AND p.paymentstatus::text = ANY (string_to_array(:paid_statuses::text, ','))
      AND lower(coalesce(p.paymentmethod, '')) !~ :counter_payment::text
) payment ON true
WHERE d.dossierid = ANY (:keys::bigint[])
  AND (d.originality IS NULL
       OR abs(d.originality::bigint) = ANY (string_to_array(:originalities::text, ',')::bigint[]))
ORDER BY d.dossierid
