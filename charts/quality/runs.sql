select
    started_at,
    outcome,
    epoch(finished_at) - epoch(started_at) as took,
    as_of,
    rows,
    concat_ws(', ', 'service-kpis ' || (versions ->> 'service_kpis'), left(versions ->> 'commit', 8), 'dbt ' || (versions ->> 'dbt'), 'DuckDB ' || (versions ->> 'duckdb')) as made_by
from quality.runs
order by started_at desc
limit 15
