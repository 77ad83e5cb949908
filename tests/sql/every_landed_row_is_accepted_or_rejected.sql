select *
from {{ ref('reconciliation') }}
where landed_rows <> accepted_rows + rejected_rows
