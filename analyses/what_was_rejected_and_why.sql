-- Which landed data were rejected, and why?
--
-- Read: first what was refused as a row (lost to every KPI), then values that became NULL (lost to the KPIs that need
--   them), then words that became `other`. Take example_place to who makes the export.
-- Beware: the last run only, all of it: no sample, so no interval. A row may break several rules and is listed once, by the
--   first. Above 2 % refused rows of a table nothing is published at all. Values of identity columns are never shown.
-- KPIs: none (quality.rejects and quality.reconciliation)
-- Columns:
--   severity: row (refused), value (became NULL) or mapping (became other)
--   table_name: landed table
--   column_name: column at fault; - = the row as a whole
--   rule: what is wrong
--   n: rejects
--   landed_rows: rows of the table
--   share: n / landed_rows
--   source_systems: tools that it came from
--   example_value: a value at fault; NULL where it is the row, or personal
--   example_place: a file and line to look at
select
    rejects.severity,
    rejects.table_name,
    coalesce(rejects.column_name, '-') as column_name,
    rejects.rule,
    count(*) as n,
    landed.landed_rows,
    count(*) / nullif(landed.landed_rows, 0) as share,
    string_agg(distinct rejects.source_system, ', ' order by rejects.source_system) as source_systems,
    min(rejects.value) as example_value,
    min(rejects.file_name || ':' || rejects.line_number) as example_place
from quality.rejects as rejects
inner join quality.reconciliation as landed on landed.table_name = rejects.table_name
group by rejects.severity, rejects.table_name, rejects.column_name, rejects.rule, landed.landed_rows
order by
    rejects.severity = 'row' desc,
    rejects.severity = 'value' desc,
    n desc,
    rejects.table_name asc,
    column_name asc,
    rejects.rule asc;
