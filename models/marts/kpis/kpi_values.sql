{{ config(materialized='view') }}
{#- Value, interval and maturity of what kpi_slices stores: worked out where they are read. -#}
select
    kpi_id,
    {{ slice_columns() }},
    case when statistic <> 'percentile' then numerator end as numerator,
    denominator,
    {{ kpi_value() }} as value,
    n,
    n_pending,
    n_excluded,
    {% for bound, side in {'ci_low': -1, 'ci_high': 1}.items() -%}
    case
        when no_value_reason is not null then null
        when interval_method = 'wilson' then {{ wilson_bound('numerator', 'nullif(n, 0)', side) }}
        when interval_method = 'mean' then scale * {{ mean_bound('numerator', 'numerator_squared', 'nullif(n, 0)', side) }}
    end as {{ bound }},
    {% endfor -%}
    coalesce(n, 0) < small_below_n as is_small_n,
    cast(n as {{ type_double() }}) / nullif(n + n_pending, 0) as maturity_rate,
    target,
    status,
    no_value_reason
from (
    select
        slices.*,
        registry.statistic,
        registry.scale,
        registry.interval_method,
        registry.small_below_n
    from {{ ref('kpi_slices') }} as slices
    inner join {{ ref('kpi_definitions') }} as registry on registry.kpi_id = slices.kpi_id
) as defined
