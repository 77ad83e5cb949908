select
    table_name,
    landed_rows,
    accepted_rows,
    rejected_rows,
    rejected_rows / nullif(landed_rows, 0) as rejected_share,
    landed_rows = accepted_rows + rejected_rows as adds_up
from quality.reconciliation
order by landed_rows desc, table_name
