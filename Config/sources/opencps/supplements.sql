-- Inference: a round begins with an action that leads to the waiting step and ends with the first later
-- action that leads elsewhere. The tables keep no rounds of their own.
SELECT
    a.dossierid AS source_key,
    a.dossieractionid AS id,
    coalesce(nullif(btrim(a.actionuser, E' \t\r\n'), ''), a.username) AS requested_by,
    coalesce(nullif(btrim(a.actionnote, E' \t\r\n'), ''), a.actionname) AS content,
    a.createdate AS requested_at,
    coalesce(nullif(btrim(answer.actionuser, E' \t\r\n'), ''), answer.username) AS received_by,
    coalesce(nullif(btrim(answer.actionnote, E' \t\r\n'), ''), answer.actionname) AS received_information,
    answer.createdate AS received_at,
    CASE WHEN answer.dossieractionid IS NULL THEN 0 ELSE 1 END AS is_done
FROM opencps_dossieraction a
LEFT JOIN LATERAL (
    SELECT n.dossieractionid, n.actionuser, n.username, n.actionnote, n.actionname, n.createdate
    FROM opencps_dossieraction n
    WHERE n.dossierid = a.dossierid
      AND (n.createdate, n.dossieractionid) > (a.createdate, a.dossieractionid)
      AND n.stepcode IS DISTINCT FROM :waiting_step::text
    ORDER BY n.createdate, n.dossieractionid
    LIMIT 1
) answer ON true
WHERE a.dossierid = ANY (:keys::bigint[])
  AND a.stepcode = :waiting_step::text
ORDER BY a.dossierid, a.createdate, a.dossieractionid
