{# What the whole holds beyond the segments that are shown, as a segment of its own; of kpi_change_drivers. #}
{% macro too_few_to_show(segments) -%}
    select
        kpi_id,
        grain,
        period_start,
        compared_with,
        dimension,
        '(too few)' as segment,
        {{ left_of('weight_before') }} as weight_before,
        {{ left_of('weight_now') }} as weight_now,
        {{ left_of('numerator_before') }} as numerator_before,
        {{ left_of('numerator_now') }} as numerator_now,
        total_n_before - sum(n_before) as n_before,
        total_n_now - sum(n_now) as n_now,
        max(maturity_rate) as maturity_rate,
        max(small_below_n) as small_below_n,
        total_weight_before,
        total_weight_now,
        total_numerator_before,
        total_numerator_now,
        total_n_before,
        total_n_now,
        total_maturity_rate
    from {{ segments }}
    group by
        kpi_id, grain, period_start, compared_with, dimension, total_weight_before, total_weight_now,
        total_numerator_before, total_numerator_now, total_n_before, total_n_now, total_maturity_rate
    having
        total_n_before > sum(n_before)
        or total_n_now > sum(n_now)
        or {{ left_of('weight_before') }} <> 0
        or {{ left_of('weight_now') }} <> 0
        or {{ left_of('numerator_before') }} <> 0
        or {{ left_of('numerator_now') }} <> 0
{%- endmacro %}

{# What the segments leave of the whole; the last digits of a difference are the machine's. #}
{% macro left_of(measure) -%}
    {{ to_decimals('total_' ~ measure ~ ' - ' ~ finest_sum(measure)) }}
{%- endmacro %}

{# Zero where a difference is nothing but the machine's last digits, which would give it a sign; of kpi_change_drivers. #}
{% macro without_last_digits(difference) -%}
    case
        when abs({{ difference }}) >= 1e-9 * greatest(abs(total_value_before), abs(total_value_now), 1) then {{ difference }}
        else 0
    end
{%- endmacro %}
