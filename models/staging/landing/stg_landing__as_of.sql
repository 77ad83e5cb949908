{{ config(materialized='table') }}
{#- The instants at which something happened; plans (due, rostered) and the loader's own clock say nothing about the cut-off. -#}
{% set instants = {
    'tickets': ['created_at', 'updated_at', 'solved_at', 'closed_at'],
    'ticket_messages': ['sent_at'],
    'ticket_events': ['occurred_at'],
    'chats': [
        'started_at', 'ended_at', 'handover_requested_at', 'handover_accepted_at', 'queued_at', 'agent_joined_at'
    ],
    'chat_messages': ['sent_at'],
    'calls': ['started_at', 'ivr_started_at', 'ivr_ended_at', 'queued_at', 'answered_at', 'ended_at'],
    'surveys': ['sent_at', 'responded_at'],
    'agent_training': ['assigned_at', 'completed_at', 'assessed_at'],
    'self_service_sessions': ['started_at', 'ended_at'],
} -%}

with

newest_by_table as (
    {% for table_name, columns in instants.items() %}
    select
        greatest(
            {% for column in columns -%}
            max(case when {{ column }} <= timestamp '{{ run_clock() }}' then {{ column }} end),
            {% endfor -%}
            timestamp '1970-01-01 00:00:00'
        ) as newest_at
    from {{ source('landing', table_name) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    {% if var('as_of') -%}
    -- The newest of one value: one row, whatever landed.
    max(cast('{{ var("as_of") }}' as timestamp)) as as_of
    {%- else -%}
    max(newest_at) as as_of
    {%- endif %}
from newest_by_table
