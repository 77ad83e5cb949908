{#-
    How long Chatwoot's waits and resolutions are, in whole seconds: by the calendar, and within the inbox's present week, by arithmetic on
    seconds of a week.
-#}
with

conversations as (
    select
        conversations.landed_system,
        conversations.source_system,
        conversations.conversation_id,
        inboxes.timezone,
        coalesce(inboxes.has_working_hours, false) as has_working_hours
        {%- for day in range(7) %},
        {{ day * 86400 }} + inboxes.opens_{{ day }} as opens_{{ day }},
        {{ day * 86400 }} + inboxes.closes_{{ day }} as closes_{{ day }}
        {%- endfor %}
    from {{ ref('base_chatwoot__conversations') }} as conversations
    left join {{ ref('base_chatwoot__inboxes') }} as inboxes
        on
            inboxes.landed_system = conversations.landed_system
            and inboxes.inbox_id = conversations.inbox_id
),

measured as (
    select
        conversations.*,
        waits.metric,
        waits.started_at,
        waits.ended_at
    from {{ ref('base_chatwoot__waits') }} as waits
    inner join conversations
        on
            conversations.landed_system = waits.landed_system
            and conversations.conversation_id = waits.conversation_id
),

-- Seconds since a Sunday's midnight (4 January 1970) by the inbox's clock, as whole weeks and the rest.
on_clocks as (
    select
        *,
        floor(({{ epoch_seconds(utc_to_wall_time('started_at', 'timezone')) }} - 259200) / 604800) as started_week,
        floor(({{ epoch_seconds(utc_to_wall_time('ended_at', 'timezone')) }} - 259200) / 604800) as ended_week,
        floor({{ epoch_seconds(utc_to_wall_time('started_at', 'timezone')) }}) - 259200 as started_second,
        floor({{ epoch_seconds(utc_to_wall_time('ended_at', 'timezone')) }}) - 259200 as ended_second
    from measured
)

select
    landed_system,
    source_system,
    conversation_id,
    metric,
    floor({{ epoch_seconds('ended_at') }}) - floor({{ epoch_seconds('started_at') }}) as calendar_seconds,
    case
        when not has_working_hours then 0
        else
            (ended_week - started_week) * (
                0
                {%- for day in range(7) %}
                + closes_{{ day }} - opens_{{ day }}
                {%- endfor %}
            )
            {%- for day in range(7) %}
            + greatest(least(ended_second - ended_week * 604800, closes_{{ day }}) - opens_{{ day }}, 0)
            - greatest(least(started_second - started_week * 604800, closes_{{ day }}) - opens_{{ day }}, 0)
            {%- endfor %}
    end as business_seconds,
    started_at,
    ended_at
from on_clocks
