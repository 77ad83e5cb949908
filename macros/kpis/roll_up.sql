{# Which of the slices a row of grouping sets belongs to, of sets of these dimensions. #}
{% macro slice_name(dimensions) -%}
    case
        {% if 'topic' in dimensions -%}
        when grouping(channel) = 0 and grouping(topic) = 0 then 'channel+topic'
        when grouping(topic) = 0 then 'topic'
        {% endif -%}
        {% for dimension in dimensions if dimension != 'topic' -%}
        when grouping({{ dimension }}) = 0 then '{{ dimension }}'
        {% endfor -%}
        else 'all'
    end
{%- endmacro %}

{# The columns of dim_dates that begin the periods of each grain. #}
{% macro grains() -%}
    {{ return({
        'day': 'date_day', 'week': 'week_start_date', 'month': 'month_start_date', 'quarter': 'quarter_start_date'
    }) }}
{%- endmacro %}

{# The first day of the period of a grain in which a date lies. #}
{% macro start_of_period(grain, date) -%}
    cast(case {{ grain }}
        when 'day' then {{ date }}
        when 'week' then {{ dbt.date_trunc('week', date) }}
        when 'month' then {{ dbt.date_trunc('month', date) }}
        else {{ dbt.date_trunc('quarter', date) }}
    end as date)
{%- endmacro %}

{# Of rows grouped by the starts of periods: the grain, and the start. #}
{% macro grain_of_group(grains) -%}
    case
        {% for grain, start in grains.items() -%}
        when grouping({{ start }}) = 0 then '{{ grain }}'
        {% endfor -%}
    end as grain,
    coalesce({{ grains.values() | join(', ') }}) as period_start
{%- endmacro %}

{% macro sums_of(measures) -%}
    {% for measure in measures %},
        sum({{ measure }}) as {{ measure }}
    {%- endfor %}
{%- endmacro %}

{#
    A family's additive measures per grain, period and slice. Its cells are read twice, to be summed without topics by day
    and with topics by week and month; the slices are summed from these two, which are much smaller. Days are cut by team and
    responder only where they are steered by, and never by bot.
#}
{% macro roll_up(cells, measures, is_steered_daily) -%}
    {%- set days, longer = ref('dim_dates'), grains().items() | rejectattr(0, 'equalto', 'day') | list -%}
    select
        {{ grain_of_group(grains()) }},
        {{ slice_name(['channel', 'team', 'responder', 'bot']) }} as slice,
        channel,
        cast(null as {{ dbt.type_string() }}) as topic,
        team,
        responder,
        bot
        {{- sums_of(measures) }}
    from (
        select
            kpi_date,
            channel,
            team,
            responder,
            bot
            {{- sums_of(measures) }}
        from {{ cells }}
        group by kpi_date, channel, team, responder, bot
    ) as cells
    inner join {{ days }} as days on days.date_day = cells.kpi_date and days.is_reported
    group by grouping sets (
        {% for start in grains().values() -%}
        ({{ start }}),
        ({{ start }}, channel),
        {% if is_steered_daily or start != 'date_day' -%}
        ({{ start }}, team),
        ({{ start }}, responder),
        {% endif -%}
        {% if start != 'date_day' -%}
        ({{ start }}, bot){{ ',' if not loop.last }}
        {% endif -%}
        {% endfor -%}
    )

    union all

    select
        {{ grain_of_group(dict(longer)) }},
        {{ slice_name(['channel', 'topic']) }} as slice,
        channel,
        topic,
        cast(null as {{ dbt.type_string() }}) as team,
        cast(null as {{ dbt.type_string() }}) as responder,
        cast(null as {{ dbt.type_string() }}) as bot
        {{- sums_of(measures) }}
    from (
        select
            week_start_date,
            month_start_date,
            quarter_start_date,
            channel,
            topic
            {{- sums_of(measures) }}
        from {{ cells }} as cells
        inner join {{ days }} as days on days.date_day = cells.kpi_date and days.is_reported
        group by week_start_date, month_start_date, quarter_start_date, channel, topic
    ) as cells
    group by grouping sets (
        {% for grain, start in longer -%}
        ({{ start }}, topic),
        ({{ start }}, channel, topic){{ ',' if not loop.last }}
        {% endfor -%}
    )
{%- endmacro %}

{# The dimensions of a slice in one text: NULL means "not cut by", and NULLs do not join. #}
{% macro slice_key(relation) -%}
    concat_ws(
        '|', {{ relation }}.grain, cast({{ relation }}.period_start as {{ dbt.type_string() }}), {{ relation }}.slice,
        {{ relation }}.channel, {{ relation }}.topic, {{ relation }}.team, {{ relation }}.responder, {{ relation }}.bot
    )
{%- endmacro %}
