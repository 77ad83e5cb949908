with

answers as (
    select * from {{ ref('int_csat_driver_levels') }}
),

cells as (
    select
        driver,
        level,
        level_order,
        stratum,
        cast(count(*) as {{ type_double() }}) as n,
        cast({{ count_if('is_top_box') }} as {{ type_double() }}) as top
    from answers
    group by driver, level, level_order, stratum
),

-- The rest: all other levels of the driver in the same stratum.
compared as (
    select
        *,
        sum(n) over (partition by driver, stratum) - n as rest_n,
        sum(top) over (partition by driver, stratum) - top as rest_top,
        sum(n) over (partition by driver, stratum) as both_n
    from cells
),

-- Mantel and Haenszel's weights: a stratum speaks as far as it has answers on both sides. P and Q are Sato's, for the
-- variance, which holds for many thin strata as well.
summed as (
    select
        driver,
        level,
        min(level_order) as level_order,
        sum(n) as n,
        sum(top) as top,
        {{ exact_sum_as_double('n * rest_n / both_n') }} as weight,
        {{ exact_sum_as_double('(top * rest_n - rest_top * n) / both_n') }} as difference,
        {{ exact_sum_as_double(
            '(n * n * rest_top - rest_n * rest_n * top + n * rest_n * (rest_n - n) / 2) / (both_n * both_n)'
        ) }} as sato_p,
        {{ exact_sum_as_double('(top * (rest_n - rest_top) + rest_top * (n - top)) / (2 * both_n)') }} as sato_q
    from compared
    group by driver, level
),

totals as (
    select
        *,
        sum(n) over (partition by driver) - n as rest_n,
        sum(top) over (partition by driver) - top as rest_top
    from summed
),

-- Haldane's half answer keeps the odds of an empty cell finite; Woolf's standard error.
measured as (
    select
        *,
        difference / nullif(weight, 0) as adjusted_difference,
        sqrt(greatest(difference / nullif(weight, 0) * sato_p + sato_q, 0.0)) / nullif(weight, 0)
        as adjusted_difference_error,
        case
            when rest_n > 0
                then ln((top + 0.5) * (rest_n - rest_top + 0.5) / ((n - top + 0.5) * (rest_top + 0.5)))
        end as log_odds_ratio,
        sqrt(1 / (top + 0.5) + 1 / (n - top + 0.5) + 1 / (rest_top + 0.5) + 1 / (rest_n - rest_top + 0.5))
        as log_odds_error
    from totals
),

smallness as (
    select
        small_below_n,
        hidden_below_n
    from {{ ref('kpi_registry') }}
    where kpi_id = 'csat_top_box'
)

select
    measured.driver,
    measured.level,
    measured.level_order,
    cast(measured.n as bigint) as n,
    cast(measured.top as bigint) as top_box_count,
    measured.n < smallness.small_below_n as is_small_n,
    measured.top / measured.n as top_box_rate,
    {{ wilson_bound('measured.top', 'measured.n', -1) }} as top_box_ci_low,
    {{ wilson_bound('measured.top', 'measured.n', 1) }} as top_box_ci_high,
    measured.rest_top / nullif(measured.rest_n, 0) as rest_top_box_rate,
    measured.adjusted_difference,
    measured.adjusted_difference - {{ z_95() }} * measured.adjusted_difference_error as adjusted_difference_ci_low,
    measured.adjusted_difference + {{ z_95() }} * measured.adjusted_difference_error as adjusted_difference_ci_high,
    measured.log_odds_ratio,
    measured.log_odds_ratio - {{ z_95() }} * measured.log_odds_error as log_odds_ratio_ci_low,
    measured.log_odds_ratio + {{ z_95() }} * measured.log_odds_error as log_odds_ratio_ci_high
from measured
cross join smallness
where measured.n >= smallness.hidden_below_n
