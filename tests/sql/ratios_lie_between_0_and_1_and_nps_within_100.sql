{#- A ratio of counts is at most one. Time worked beside time on the roster (a mean) may be more. -#}
select
    value_rows.kpi_id,
    value_rows.grain,
    value_rows.period_start,
    value_rows.value
from {{ ref('kpi_values') }} as value_rows
inner join {{ ref('kpi_definitions') }} as definitions on definitions.kpi_id = value_rows.kpi_id
where
    (definitions.unit = 'ratio' and definitions.statistic = 'ratio' and (value_rows.value < 0 or value_rows.value > 1))
    or (definitions.unit = 'points' and abs(value_rows.value) > 100)
    or value_rows.ci_low > value_rows.value + 1e-9
    or value_rows.ci_high < value_rows.value - 1e-9
