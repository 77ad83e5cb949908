{#
    Medians and 90th percentiles at each grain and slice. Reads a relation named placed with grain, period_start, the
    dimensions and one column of seconds per name.
#}
{% macro percentiles_by_slice(names, maxima={}) -%}
    {% for grains in [['day'], ['week', 'month']] -%}
    {% set by_topic = 'day' not in grains -%}
    select
        grain,
        period_start,
        {{ slice_name(by_topic) }} as slice,
        channel,
        {{ 'topic' if by_topic else 'cast(null as ' ~ dbt.type_string() ~ ') as topic' }},
        team,
        responder,
        {% for name, duration in maxima.items() -%}
        max({{ duration }}) as {{ name }},
        {% endfor -%}
        {% for name in names -%}
        {{ percentile(name, 0.5) }} as {{ name }}_median_seconds,
        {{ percentile(name, 0.9) }} as {{ name }}_p90_seconds{{ ',' if not loop.last }}
        {% endfor %}
    from placed
    where grain in ('{{ grains | join("', '") }}')
    group by grouping sets (
        (grain, period_start),
        (grain, period_start, channel),
        {% if by_topic -%}
        (grain, period_start, topic),
        (grain, period_start, channel, topic),
        {% endif -%}
        (grain, period_start, team),
        (grain, period_start, responder)
    )
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
