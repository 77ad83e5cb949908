{#
    The one generic step from a KPI family to its published slices. A family's measures are the columns that its
    YAML describes besides the dimensions, so that a measure without a description cannot be published.
#}
{% macro measures_of(family) -%}
    {% set dimensions = ['conversation_id', 'kpi_date', 'grain', 'period_start', 'slice', 'channel', 'topic', 'team', 'responder'] %}
    {% set columns = graph.nodes['model.' ~ project_name ~ '.' ~ family].columns if execute else [] %}
    {{ return(columns | reject('in', dimensions) | list) }}
{%- endmacro %}

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

{# The families whose measures add up over days. #}
{% macro kpi_families() -%}
    {{ return([
        'kpi_resolution', 'kpi_issues', 'kpi_response_times', 'kpi_effort_and_cost', 'kpi_experience',
        'kpi_survey_invitations', 'kpi_survey_coverage', 'kpi_loyalty', 'kpi_cost_pools', 'kpi_agent_turnover',
        'kpi_tickets', 'kpi_due_tickets', 'kpi_backlog', 'kpi_repeats', 'kpi_automation_value',
        'kpi_bots', 'kpi_dialogues', 'kpi_turns', 'kpi_handovers', 'kpi_routing', 'kpi_self_service',
        'kpi_access', 'kpi_handle_time', 'kpi_resolution_times', 'kpi_workforce', 'kpi_chat_capacity',
        'kpi_agent_ratings',
    ]) }}
{%- endmacro %}

{#
    A family's additive measures per grain, period and slice: days for four slices, weeks and months for all six. The
    slices by topic are summed from the family at once, since by day and channel they are as many as half the
    conversations.
#}
{% macro roll_up(family) -%}
    {% set measures = measures_of(family) -%}
    {% set periods = ref('int_periods') -%}
    select
        periods.grain,
        periods.period_start,
        days.slice,
        days.channel,
        cast(null as {{ dbt.type_string() }}) as topic,
        days.team,
        days.responder
        {%- for measure in measures %},
        sum(days.{{ measure }}) as {{ measure }}
        {%- endfor %}
    from (
        select
            kpi_date,
            {{ slice_name(['channel', 'team', 'responder']) }} as slice,
            channel,
            team,
            responder
            {%- for measure in measures %},
            sum({{ measure }}) as {{ measure }}
            {%- endfor %}
        from {{ ref(family) }}
        where kpi_date in (select date_day from {{ periods }})
        group by grouping sets (
            (kpi_date),
            (kpi_date, channel),
            (kpi_date, team),
            (kpi_date, responder)
        )
    ) as days
    inner join {{ periods }} as periods on periods.date_day = days.kpi_date
    group by
        1,
        2,
        3,
        4,
        6,
        7

    union all

    select
        periods.grain,
        periods.period_start,
        {{ slice_name(['channel', 'topic']) }} as slice,
        channel,
        topic,
        null as team,
        null as responder
        {%- for measure in measures %},
        sum(cells.{{ measure }}) as {{ measure }}
        {%- endfor %}
    from {{ ref(family) }} as cells
    inner join {{ periods }} as periods
        on
            periods.date_day = cells.kpi_date
            and periods.grain <> 'day'
    group by grouping sets (
        (periods.grain, periods.period_start, topic),
        (periods.grain, periods.period_start, channel, topic)
    )
{%- endmacro %}

{# The dimensions of a slice in one text: NULL means "not cut by", and NULLs do not join. #}
{% macro slice_key(relation) -%}
    concat_ws(
        '|', {{ relation }}.grain, cast({{ relation }}.period_start as {{ dbt.type_string() }}), {{ relation }}.slice,
        {{ relation }}.channel, {{ relation }}.topic, {{ relation }}.team, {{ relation }}.responder
    )
{%- endmacro %}
