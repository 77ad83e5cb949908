{#-
    Zendesk's metrics of a ticket by its published definitions, in seconds and counts. Its first reply is the first public comment of an
    agent after the creation; what an agent created the ticket with is none, nor is what an agent of another account says. However often
    an agent writes in a chat, that is one reply. Business seconds are by today's hours of the last schedule.
-#}
with

calendars as (
    select * from {{ ref('base_zendesk__ticket_calendars') }}
),

comments as (
    select
        messages.source_system,
        messages.ticket_id,
        min(case when messages.sent_at > {{ dbt.dateadd('second', var('opening_tolerance_seconds'), 'calendars.created_at') }}
            then messages.sent_at end) as first_reply_at,
        count(distinct case
            when messages.chat_id is not null then messages.chat_id
            when messages.sent_at > {{ dbt.dateadd('second', var('opening_tolerance_seconds'), 'calendars.created_at') }}
                then messages.message_id
        end) as reply_count,
        count(messages.chat_id) as chat_message_count,
        min(messages.sent_at) <= {{ dbt.dateadd('second', var('opening_tolerance_seconds'), 'min(calendars.created_at)') }}
        as is_begun_by_agent
    from {{ ref('base_zendesk__messages') }} as messages
    inner join calendars
        on
            calendars.source_system = messages.source_system
            and calendars.ticket_id = messages.ticket_id
    where messages.sender_type = 'agent' and messages.is_public and not messages.is_automated and not messages.is_shared_agent
    group by messages.source_system, messages.ticket_id
),

commented as (
    select distinct source_system from {{ ref('base_zendesk__messages') }}
),

stations as (
    select
        source_system,
        ticket_id,
        count(case when field_name = 'group_id' then new_value end) as group_station_count,
        count(case when field_name = 'assignee_id' then new_value end) as assignee_station_count
    from {{ ref('base_zendesk__changes') }}
    where field_name in ('group_id', 'assignee_id')
    group by source_system, ticket_id
),

ratings as (
    select
        source_system,
        conversation_id as ticket_id,
        {{ value_at_latest('score', 'responded_at') }} as score
    from {{ ref('stg_zendesk__surveys') }}
    where scale_max = 1 and responded_at is not null
    group by source_system, conversation_id
),

joined as (
    select
        calendars.*,
        tickets.landed_status,
        comments.first_reply_at,
        times.first_solved_at,
        case when tickets.landed_status in ('solved', 'closed') then times.last_solved_at end as last_solved_at,
        case when commented.source_system is not null then coalesce(comments.reply_count, 0) end as reply_count,
        coalesce(comments.chat_message_count, 0) > 0 as has_chat,
        coalesce(comments.is_begun_by_agent, false) as is_begun_by_agent,
        times.ticket_id is not null as has_history,
        coalesce(times.was_ever_solved, false) as was_ever_solved,
        times.reopen_count,
        stations.group_station_count,
        stations.assignee_station_count,
        ratings.score as satisfaction,
        {% for name in ['requester_wait', 'agent_wait', 'on_hold'] -%}
        {% for measure in ['calendar', 'business'] -%}
        {% if name == 'on_hold' -%}
        -- Of a ticket that was never on hold Zendesk has 0, of one that never waited for its requester nothing.
        coalesce(times.on_hold_{{ measure }}_seconds, case
            when times.ticket_id is not null{{ ' and calendars.schedule_id is not null' if measure != 'calendar' }} then 0
        end) as on_hold_{{ measure }}_seconds
        {%- else -%}
        times.{{ name }}_{{ measure }}_seconds
        {%- endif -%}
        {{- ',' if not (loop.last and name == 'on_hold') }}
        {% endfor -%}
        {% endfor -%}
    from calendars
    inner join {{ ref('base_zendesk__tickets') }} as tickets
        on
            tickets.source_system = calendars.source_system
            and tickets.ticket_id = calendars.ticket_id
            and tickets.is_current
    {% for name, model in [('comments', 'comments'), ('times', ref('base_zendesk__status_times')), ('stations', 'stations'),
                           ('ratings', 'ratings')] -%}
    left join {{ model }}{{ ' as ' ~ name if name == 'times' }}
        on
            {{ name }}.source_system = calendars.source_system
            and {{ name }}.ticket_id = calendars.ticket_id
    {% endfor -%}
    left join commented on commented.source_system = calendars.source_system
    where tickets.ticket_status <> 'deleted'
)

select
    joined.*,
    {% for name, instant in [
        ('first_reply', 'first_reply_at'), ('first_resolution', 'first_solved_at'), ('full_resolution', 'last_solved_at'),
    ] -%}
    {{ seconds_between('joined.created_at', 'joined.' ~ instant) }} as {{ name }}_calendar_seconds,
    {{ open_seconds_by('joined.' ~ instant, name ~ '_day') }} - {{ open_seconds_by('joined.created_at', 'creation_day') }}
    as {{ name }}_business_seconds{{ ',' if not loop.last }}
    {% endfor -%}
from joined
{% for alias, instant in [
    ('creation_day', 'created_at'), ('first_reply_day', 'first_reply_at'), ('first_resolution_day', 'first_solved_at'),
    ('full_resolution_day', 'last_solved_at'),
] -%}
left join {{ ref('base_zendesk__open_days') }} as {{ alias }}
    on
        {{ alias }}.source_system = joined.source_system
        and {{ alias }}.schedule_id = joined.schedule_id
        and {{ alias }}.epoch_day = {{ epoch_day_of('joined.' ~ instant) }}
{% endfor -%}
