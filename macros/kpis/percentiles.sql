{#
    Medians and 90th percentiles at each grain and slice, of the columns of seconds that the YAML of `durations`, a
    model with kpi_date and the dimensions, describes. `maxima` are the columns of which the largest is wanted
    instead, by the name that it gets.

    All values of all groups are held in memory. So a table of percentiles is made in parts, each with the periods
    of some months: the first by the model itself, the others by its post-hook.
#}
{% macro percentiles_by_slice(durations, maxima={}, part=0) -%}
    {% set names = measures_of(durations) | reject('in', maxima.values()) | list -%}
    {% for grains in [['day'], ['week', 'month']] -%}
    {% set by_topic = 'day' not in grains -%}
    select
        periods.grain,
        periods.period_start,
        {{ slice_name(['channel', 'team', 'responder'] + (['topic'] if by_topic else [])) }} as slice,
        channel,
        {{ 'topic' if by_topic else 'cast(null as ' ~ dbt.type_string() ~ ') as topic' }},
        team,
        responder
        {%- for name, duration in maxima.items() %},
        max({{ duration }}) as {{ name }}
        {%- endfor %}
        {%- for name in names %},
        {{ median_and_p90(name) }}
        {%- endfor %}
    from {{ ref(durations) }} as durations
    inner join {{ ref('int_periods') }} as periods
        on
            periods.date_day = durations.kpi_date
            and periods.grain in ('{{ grains | join("', '") }}')
            and mod(cast(extract(month from periods.period_start) as integer), {{ var('percentile_parts') }}) = {{ part }}
    group by grouping sets (
        (periods.grain, periods.period_start),
        (periods.grain, periods.period_start, channel),
        {% if by_topic -%}
        (periods.grain, periods.period_start, topic),
        (periods.grain, periods.period_start, channel, topic),
        {% endif -%}
        (periods.grain, periods.period_start, team),
        (periods.grain, periods.period_start, responder)
    )
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{# The statements that add the other parts to a table of percentiles. #}
{% macro insert_other_percentiles(durations, maxima={}) -%}
    {% for part in range(1, var('percentile_parts')) -%}
    insert into {{ this }}
    {{ percentiles_by_slice(durations, maxima, part) }};
    {% endfor %}
{%- endmacro %}
