-- A payment file's amounts, one row each; its total when none of them is given.
SELECT p.dossierid AS source_key, part.name, part.amount
FROM opencps_paymentfile p
CROSS JOIN LATERAL (
    VALUES
        (1, coalesce(nullif(btrim(p.paymentfee, E' \t\r\n'), ''), 'Phí, lệ phí'), p.feeamount),
        (2, 'Phí dịch vụ', p.serviceamount),
        (3, 'Phí vận chuyển', p.shipamount),
        (4, coalesce(nullif(btrim(p.paymentfee, E' \t\r\n'), ''), 'Phí, lệ phí'),
            CASE WHEN coalesce(p.feeamount, 0) = 0 AND coalesce(p.serviceamount, 0) = 0
                      AND coalesce(p.shipamount, 0) = 0
                 THEN p.paymentamount END)
) AS part (number, name, amount)
WHERE p.dossierid = ANY (:keys::bigint[])
  AND part.amount > 0
ORDER BY p.dossierid, p.paymentfileid, part.number
