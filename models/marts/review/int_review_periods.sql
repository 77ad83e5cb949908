{#-
    Every KPI as a whole by month, and by quarter from the months' sums where months add up.
    A quarter's status is that of its worst month: what was missed in any month is talked about.
-#}
with

months as (
    select
        kpis.*,
        registry.is_additive_over_time,
        registry.hidden_below_n,
        registry.scale,
        cast({{ dbt.date_trunc('quarter', 'kpis.period_start') }} as date) as quarter_start,
        case kpis.status when 'bad' then 3 when 'warn' then 2 when 'good' then 1 else 0 end as severity
    from {{ ref('kpi_values') }} as kpis
    inner join {{ ref('kpi_definitions') }} as registry on registry.kpi_id = kpis.kpi_id
    where kpis.grain = 'month' and kpis.slice = 'all'
),

quarters as (
    select
        kpi_id,
        quarter_start,
        scale,
        hidden_below_n,
        {{ exact_sum_as_double('numerator') }} as numerator,
        {{ exact_sum_as_double('denominator') }} as denominator,
        sum(n_pending) as n_pending,
        max(severity) as severity,
        max(period_start) as last_month_start
    from months
    where is_additive_over_time
    group by
        kpi_id,
        quarter_start,
        scale,
        hidden_below_n
)

select
    kpi_id,
    'month' as grain,
    period_start,
    value,
    n,
    n_pending,
    (ci_high - ci_low) / 2 as ci_half_width,
    target,
    status
from months

union all

-- The target is the one that held when the quarter ended.
select
    quarters.kpi_id,
    'quarter' as grain,
    quarters.quarter_start as period_start,
    case
        when quarters.denominator >= quarters.hidden_below_n
            then quarters.scale * quarters.numerator / nullif(quarters.denominator, 0)
    end as value,
    cast(quarters.denominator as bigint) as n,
    cast(quarters.n_pending as bigint) as n_pending,
    cast(null as {{ type_double() }}) as ci_half_width,
    last_months.target,
    case quarters.severity when 3 then 'bad' when 2 then 'warn' when 1 then 'good' else last_months.status end as status
from quarters
inner join months as last_months
    on last_months.kpi_id = quarters.kpi_id and last_months.period_start = quarters.last_month_start
