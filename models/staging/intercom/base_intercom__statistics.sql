{#-
    Intercom's numbers of each conversation, by its published definitions and as landed. Durations are office seconds, NULL without
    office hours. Hours are told by the clock on the wall, unless it is always open: one open while clocks change is off by an hour.
-#}
with

walk as (
    select * from {{ ref('base_intercom__walk') }}
),

zones as (
    select distinct
        source_system,
        time_zone,
        open_seconds_of_week
    from {{ ref('base_intercom__office_hours') }}
),

-- Weeks since a Monday, and seconds within them, in wall time.
timed as (
    select
        spans.*,
        zones.open_seconds_of_week,
        {{ epoch_seconds(utc_to_wall_time('spans.from_at', 'zones.time_zone')) }} + 259200 as from_second,
        {{ epoch_seconds(utc_to_wall_time('spans.to_at', 'zones.time_zone')) }} + 259200 as to_second
    from {{ ref('base_intercom__spans') }} as spans
    inner join zones on zones.source_system = spans.source_system
),

placed as (
    select
        *,
        floor(from_second / 604800) as from_week,
        floor(to_second / 604800) as to_week,
        from_second - floor(from_second / 604800) * 604800 as from_in_week,
        to_second - floor(to_second / 604800) * 604800 as to_in_week
    from timed
),

measured as (
    select
        placed.source_system,
        placed.conversation_id,
        placed.metric,
        case
            when placed.open_seconds_of_week = 604800 then {{ seconds_between('placed.from_at', 'placed.to_at') }}
            else
                (placed.to_week - placed.from_week) * placed.open_seconds_of_week
                + ends.open_seconds_before + least(placed.to_in_week - ends.opens_second, ends.open_seconds)
                - starts.open_seconds_before - least(placed.from_in_week - starts.opens_second, starts.open_seconds)
        end as office_seconds
    from placed
    {% for alias, second in [('starts', 'from_in_week'), ('ends', 'to_in_week')] %}
    inner join {{ ref('base_intercom__office_hours') }} as {{ alias }}
        on
            {{ alias }}.source_system = placed.source_system
            and {{ alias }}.opens_second <= placed.{{ second }}
            and {{ alias }}.until_second > placed.{{ second }}
    {% endfor %}
),

durations as (
    select
        source_system,
        conversation_id,
        {{ percentile("case when metric = 'median_time_to_reply' then office_seconds end", 0.5) }} as median_time_to_reply
        {% for metric in [
            'time_to_admin_reply', 'time_to_assignment', 'time_to_first_close', 'time_to_last_close', 'handling_time'
        ] %},
        sum(case when metric = '{{ metric }}' then office_seconds end) as {{ metric }}
        {% endfor %}
    from measured
    group by source_system, conversation_id
),

counted as (
    select
        changes.source_system,
        changes.conversation_id,
        sum(case when changes.status_before = 'solved' and changes.status_after <> 'solved' then 1 else 0 end) as reopens,
        sum(case when changes.assigned_to_type is not null and changes.occurred_at >= walk.first_contact_at then 1 else 0 end)
        as assignments
    from {{ ref('base_intercom__changes') }} as changes
    inner join walk
        on
            walk.source_system = changes.source_system
            and walk.conversation_id = changes.conversation_id
    group by changes.source_system, changes.conversation_id
),

told as (
    select
        conversations.*,
        durations.time_to_admin_reply,
        durations.median_time_to_reply,
        durations.time_to_assignment,
        durations.time_to_first_close,
        durations.time_to_last_close,
        durations.handling_time,
        case when walk.has_all_parts then coalesce(counted.reopens, 0) end as reopens,
        case when walk.has_all_parts then coalesce(counted.assignments, 0) end as assignments,
        case
            when not walk.has_all_parts then null
            when walk.close_count = 1 and walk.teammate_count = 1 then 1
            when walk.status = 'solved' then 0
        end as closed_on_first_contact,
        case when walk.has_ai_answer then 1 else 0 end as answered_by_ai,
        case when conversations.ai_resolution in ('resolved_confirmed', 'assumed') then 1 else 0 end as resolved_by_ai
    from {{ ref('base_intercom__conversations') }} as conversations
    inner join walk
        on
            walk.source_system = conversations.source_system
            and walk.conversation_id = conversations.conversation_id
    left join durations
        on
            durations.source_system = conversations.source_system
            and durations.conversation_id = conversations.conversation_id
    left join counted
        on
            counted.source_system = conversations.source_system
            and counted.conversation_id = conversations.conversation_id
    where not conversations.is_deleted
)

{% for metric, unit, vendor_value, landed_value, condition in [
    ('time_to_admin_reply', 'office seconds', 'time_to_admin_reply', 'stated_time_to_reply', 'true'),
    ('median_time_to_reply', 'office seconds', 'median_time_to_reply', 'stated_median_time_to_reply', 'true'),
    ('time_to_assignment', 'office seconds', 'time_to_assignment', 'stated_time_to_assignment', 'true'),
    ('time_to_first_close', 'office seconds', 'time_to_first_close', 'stated_time_to_first_close', 'true'),
    ('time_to_last_close', 'office seconds', 'time_to_last_close', 'stated_time_to_last_close', 'true'),
    ('handling_time', 'office seconds', 'handling_time', 'stated_handling_time', 'true'),
    ('count_reopens', 'count', 'reopens', 'stated_reopens', 'true'),
    ('count_assignments', 'count', 'assignments', 'stated_assignments', 'true'),
    ('closed_on_first_contact', '1 = yes', 'closed_on_first_contact', 'null', 'true'),
    ('rating', 'mark of 1 to 5', 'rating', 'rating', 'rating is not null'),
    ('fin_involved', '1 = yes', '1', 'null', 'is_ai_agent_involved'),
    ('fin_answered', '1 = yes', 'answered_by_ai', 'null', 'is_ai_agent_involved'),
    ('fin_resolved', '1 = yes', 'resolved_by_ai', 'null', 'is_ai_agent_involved'),
] %}
select
    source_system,
    conversation_id,
    '{{ metric }}' as metric,
    '{{ unit }}' as unit,
    cast({{ vendor_value }} as {{ type_double() }}) as vendor_value,
    cast({{ landed_value }} as {{ type_double() }}) as vendor_landed_value
from told
where {{ condition }}
{{ 'union all' if not loop.last }}
{% endfor %}
