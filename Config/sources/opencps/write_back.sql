-- What the population database says of the applicant: 1 matched, 2 mismatched, 3 not found. OpenCPS has no
-- place for which element differs. `modifieddate` does not move: this is no change of the dossier.
UPDATE opencps_applicant a
SET verification = CASE :outcome::text
        WHEN 'matched' THEN 1 WHEN 'mismatched' THEN 2 WHEN 'notFound' THEN 3
    END
FROM opencps_dossier d
WHERE d.dossierid = :source_key::bigint
  AND a.applicantidno = d.applicantidno
  AND btrim(a.applicantidno) <> ''
  AND :outcome::text IN ('matched', 'mismatched', 'notFound')
