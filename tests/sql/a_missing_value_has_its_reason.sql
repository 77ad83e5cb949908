select
    kpi_id,
    grain,
    period_start,
    slice
from {{ ref('kpi_values') }}
where (value is null) <> (no_value_reason is not null)
