{#-
    The cut-off: the newest landed instant that is not ahead of the run's clock. A mistyped year is none: instants that lie alone
    more than 30 days after all but a thousandth of their table's. Where nothing happened, it is how far costs, rosters or agents reach.
-#}
{% set instants = landing_instants() -%}
with

usual_ends as (
    {% for table_name, columns in instants.items() %}
    select
        '{{ table_name }}' as table_name,
        {{ instant_from_microseconds(
            'cast(' ~ percentile(epoch_microseconds('landed.' ~ columns[0]), 0.999) ~ ' as bigint) + ' ~ 30 * 86400 * 1000000
        ) }} as last_at
    from {{ landed(table_name) }} as landed
    where landed.{{ columns[0] }} <= timestamp '{{ run_clock() }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

newest_by_table as (
    {% for table_name, columns in instants.items() %}
    select
        greatest(
            {% for column in columns -%}
            {%- set instant = 'landed.' ~ column %}
            max(case when {{ instant }} <= least(timestamp '{{ run_clock() }}', usual.last_at) then {{ instant }} end),
            {% endfor -%}
            timestamp '1970-01-01 00:00:00'
        ) as newest_at,
        {% if table_name in ['tickets', 'chats', 'calls'] -%}
        {%- set instant = 'landed.' ~ columns[0] -%}
        max(case when {{ instant }} <= least(timestamp '{{ run_clock() }}', usual.last_at) then {{ instant }} end)
        {%- else -%}
        cast(null as timestamp)
        {%- endif %} as newest_contact_at,
        least(
            {% for column in columns -%}
            min(case when landed.{{ column }} > timestamp '{{ run_clock() }}' then landed.{{ column }} end),
            {% endfor -%}
            timestamp '9999-12-31 00:00:00'
        ) as ahead_at
    from {{ landed(table_name) }} as landed
    inner join usual_ends as usual on usual.table_name = '{{ table_name }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

reached as (
    select max(least(reached_at, timestamp '{{ run_clock() }}')) as reached_at
    from (
        select
            cast(landed.cost_month as timestamp) as began_at,
            {{ dbt.dateadd('second', -1, 'cast(' ~ dbt.dateadd('month', 1, 'landed.cost_month') ~ ' as timestamp)') }}
                as reached_at
        from {{ landed('costs') }} as landed
        union all
        select
            landed.started_at as began_at,
            landed.ended_at as reached_at
        from {{ landed('agent_shifts') }} as landed
        union all
        select
            landed.hired_at as began_at,
            landed.hired_at as reached_at
        from {{ landed('agents') }} as landed
    ) as others
    where began_at <= timestamp '{{ run_clock() }}'
)

select
    {% if var('as_of') -%}
    -- The newest of one value: one row, whatever landed.
    max(cast('{{ var("as_of") }}' as timestamp)) as as_of
    {%- else -%}
    coalesce(
        nullif(max(newest_at), timestamp '1970-01-01 00:00:00'),
        (select max(reached.reached_at) from reached),
        timestamp '1970-01-01 00:00:00'
    ) as as_of
    {%- endif %},
    max(newest_contact_at) as newest_contact_at,
    (select max(pseudonyms.secret) from {{ source('loads', 'pseudonyms') }} as pseudonyms) as pseudonym_secret,
    nullif(min(ahead_at), timestamp '9999-12-31 00:00:00') as ahead_at
from newest_by_table
