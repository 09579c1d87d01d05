SELECT d.dossierid AS source_key,
       CASE WHEN d.systemid = 5 THEN d.referenceuid ELSE d.dossierno END AS code
FROM opencps_dossier d
WHERE (d.originality IS NULL
       OR abs(d.originality::bigint) = ANY (string_to_array(:originalities::text, ',')::bigint[]))
  AND ((d.systemid = 5 AND d.referenceuid = ANY (:codes::text[]))
       OR (d.systemid IS DISTINCT FROM 5 AND d.dossierno = ANY (:codes::text[])))
ORDER BY d.dossierid
