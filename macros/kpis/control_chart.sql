{#
    One pass of a control chart over `points`, as three CTEs that end in `<prefix>_limited`. Levels and moving ranges
    are learnt from the points that hold `is_usual`, and a point is compared with what was known before it:
    so a baseline stands still for as long as points are unusual.
    A deviation is counted in units of chance (a share's standard error, a mean's 1/sqrt(n), a count's root), and the
    mean moving range of these says how much more than chance the series moves: Laney's p' for shares, the XmR chart
    (mean +- 2.66 mean moving ranges) for anything else. 1.128 turns a mean moving range into a standard deviation.
#}
{% macro control_chart(prefix, points, is_usual) -%}
{{ prefix }}_usual as (
    select
        series_id,
        position,
        {{ trailing('sum(numerator)', 'grain') }} / {{ trailing('sum(denominator)', 'grain') }} as level,
        {{ trailing('count(*)', 'grain') }} as level_count,
        {{ of_the_last_eight_weekdays('sum(numerator)') }}
        / {{ of_the_last_eight_weekdays('sum(denominator)') }} as weekday_level,
        {{ of_the_last_eight_weekdays('count(*)') }} as weekday_count
    from {{ points }}
    where {{ is_usual }}
),

{{ prefix }}_seen as (
    select
        *,
        max(case when {{ is_usual }} then position end) over (
            partition by series_id
            order by position rows between unbounded preceding and 1 preceding
        ) as usual_position,
        max(case when {{ is_usual }} then position end) over (
            partition by series_id, iso_weekday
            order by position rows between unbounded preceding and 1 preceding
        ) as usual_weekday_position
    from {{ points }}
),

-- Four of the same weekday make a weekday's factor.
{{ prefix }}_expected as (
    select
        seen.*,
        usual.level_count,
        case
            when seen.grain = 'day' and same_weekday.weekday_count >= 4 and usual.level > 0
                then same_weekday.weekday_level / usual.level
            else 1
        end as weekday_factor,
        case
            when seen.grain = 'day' and same_weekday.weekday_count >= 4 and usual.level > 0
                then same_weekday.weekday_level
            else usual.level
        end as expected
    from {{ prefix }}_seen as seen
    left join {{ prefix }}_usual as usual
        on usual.series_id = seen.series_id and usual.position = seen.usual_position
    left join {{ prefix }}_usual as same_weekday
        on same_weekday.series_id = seen.series_id and same_weekday.position = seen.usual_weekday_position
),

{{ prefix }}_scaled as (
    select
        *,
        case
            when is_share then sqrt(greatest(expected * (1 - expected), 0.0) / denominator)
            when measure = 'n' then sqrt(greatest(expected, 1.0))
            else weekday_factor / sqrt(n)
        end as unit_of_chance
    from {{ prefix }}_expected
),

-- The first ten levels rest on too little to be compared with.
{{ prefix }}_standardised as (
    select
        *,
        case when level_count >= 10 then (observed - expected) / nullif(unit_of_chance, 0) end as deviation
    from {{ prefix }}_scaled
),

{{ prefix }}_steps as (
    select
        series_id,
        position,
        grain,
        abs(deviation - lag(deviation) over (partition by series_id order by position)) as moving_range
    from {{ prefix }}_standardised
    where {{ is_usual }} and deviation is not null
),

{{ prefix }}_ranges as (
    select
        series_id,
        position,
        {{ trailing('avg(moving_range)', 'grain') }} / 1.128 as sigma,
        {{ trailing('count(moving_range)', 'grain') }} as range_count
    from {{ prefix }}_steps
),

{{ prefix }}_limited as (
    select
        standardised.*,
        case
            when ranges.range_count >= 8 and standardised.is_share then greatest(ranges.sigma, 1.0)
            when ranges.range_count >= 8 then ranges.sigma
        end as sigma
    from {{ prefix }}_standardised as standardised
    left join {{ prefix }}_ranges as ranges
        on ranges.series_id = standardised.series_id and ranges.position = standardised.usual_position
)
{%- endmacro %}

{# An aggregate over the last points of a series, as many as its grain's baseline is long, this one included. #}
{% macro trailing(aggregate, grain) -%}
    case
        when {{ grain }} = 'day'
            then {{ aggregate }} over (
                partition by series_id
                order by position rows between {{ var('alert_baseline_days') - 1 }} preceding and current row
            )
        else {{ aggregate }} over (
            partition by series_id
            order by position rows between {{ var('alert_baseline_weeks') - 1 }} preceding and current row
        )
    end
{%- endmacro %}

{# The same over the last eight points of the same weekday. #}
{% macro of_the_last_eight_weekdays(aggregate) -%}
    {{ aggregate }} over (
        partition by series_id, iso_weekday
        order by position rows between 7 preceding and current row
    )
{%- endmacro %}
