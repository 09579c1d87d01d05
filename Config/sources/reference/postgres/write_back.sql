-- What the population database says of the applicant. `modified_at` does not move: this is no change of
-- the dossier, and nothing is to be sent because of it.
UPDATE dossier
SET verification = concat_ws(': ', :outcome::text, nullif(:elements::text, '')),
    verified_at = :verified_at::timestamp
WHERE id = :source_key::bigint
