{{ config(materialized='view') }}
{#-
    Zendesk's metrics beside ours, ticket by ticket, with why they differ: a view, since fifteen rows a ticket are written for nobody. A number is compared with the one that landed, else with what
    the published definition makes of the landed rows. Of a metric that neither has there is no row.
-#}
{% set minutes = [
    ('first_reply', 'calendar'), ('first_reply', 'business'), ('first_resolution', 'calendar'), ('first_resolution', 'business'),
    ('full_resolution', 'calendar'), ('full_resolution', 'business'), ('requester_wait', 'calendar'), ('requester_wait', 'business'),
    ('agent_wait', 'calendar'), ('agent_wait', 'business'), ('on_hold', 'calendar'), ('on_hold', 'business'),
] -%}
{% set counts = [
    ('replies', 'reply_count', 'landed_reply_count', 'our_reply_count'),
    ('reopens', 'reopen_count', 'landed_reopen_count', 'our_reopen_count'),
    ('group_stations', 'group_station_count', 'landed_group_station_count', 'null'),
    ('assignee_stations', 'assignee_station_count', 'landed_assignee_station_count', 'null'),
    ('one_touch', 'case when is_solved and reply_count < 2 then 1 when is_solved and reply_count >= 2 then 0 end',
     'case when is_solved and landed_reply_count < 2 then 1 when is_solved and landed_reply_count >= 2 then 0 end',
     'case when is_resolved and our_reply_count = 1 then 1 when is_resolved then 0 end'),
    ('satisfaction', 'satisfaction', 'null', 'our_satisfaction'),
] -%}
with

tickets as (
    select * from {{ ref('zendesk_tickets_compared') }}
),

measured as (
    {% for name, clock in minutes -%}
    select
        tickets.*,
        '{{ name }}' as subject,
        '{{ clock }}' as clock,
        '{{ name }}_{{ clock }}' as metric,
        'minutes' as unit,
        cast(round({{ name }}_{{ clock }}) as {{ type_double() }}) as vendor_value,
        cast(landed_{{ name }}_{{ clock }} as {{ type_double() }}) as vendor_landed_value,
        cast({{ 'our_' ~ name ~ '_' ~ clock if name not in ('agent_wait', 'on_hold') else 'null' }} as {{ type_double() }})
        as our_value
    from tickets

    union all

    {% endfor -%}
    {% for name, computed, landed, ours in counts -%}
    select
        tickets.*,
        '{{ name }}' as subject,
        'none' as clock,
        '{{ name }}' as metric,
        'count' as unit,
        cast({{ computed }} as {{ type_double() }}) as vendor_value,
        cast({{ landed }} as {{ type_double() }}) as vendor_landed_value,
        cast({{ ours }} as {{ type_double() }}) as our_value
    from tickets
    {{ 'union all' if not loop.last }}

    {% endfor -%}
),

compared as (
    select
        *,
        our_value - coalesce(vendor_landed_value, vendor_value) as difference,
        case when unit = 'minutes' then 1.5 else 0 end as tolerance,
        -- Whether both measure between the same instants.
        case subject
            when 'first_reply' then coalesce(first_reply_at = first_human_response_at, false)
            when 'first_resolution' then coalesce(first_solved_at = first_resolved_at, false)
            when 'full_resolution' then coalesce(last_solved_at = resolved_at, false)
            when 'requester_wait' then coalesce(last_solved_at = resolved_at, false)
        end as has_same_end
    from measured
    where coalesce(vendor_value, vendor_landed_value, our_value) is not null
)

select
    source_system,
    ticket_id as source_conversation_id,
    month,
    metric,
    unit,
    vendor_value,
    vendor_landed_value,
    our_value,
    difference,
    case
        when difference = 0 then null
        when abs(difference) <= tolerance then 'rounding'
        when metric in ('group_stations', 'assignee_stations') or subject in ('agent_wait', 'on_hold') then 'no_number_of_ours'
        when exclusion_reason is not null or not is_known_to_us then 'not_counted'
        when
            not has_messages and subject in ('first_reply', 'replies', 'one_touch')
            or not has_history and subject not in ('first_reply', 'replies', 'one_touch', 'satisfaction')
            or clock = 'business' and vendor_value is null and vendor_landed_value is not null
            then 'not_landed'
        when abs(our_value - vendor_value) <= tolerance then 'not_by_definition'
        when subject = 'first_reply' and is_begun_by_agent then 'begun_by_agent'
        when subject = 'first_reply' and our_value is null then 'unanswered_by_us'
        when subject in ('replies', 'one_touch') and is_revived then 'new_conversation'
        when subject = 'one_touch' and our_value is null then 'not_solved_for_us'
        when subject = 'one_touch' and reply_count = 0 then 'zero_replies'
        when subject in ('replies', 'one_touch') and has_chat then 'chat_is_one_reply'
        when subject in ('replies', 'one_touch') and is_begun_by_agent then 'opening_comment'
        when subject in ('replies', 'one_touch') then 'other_rule'
        when subject = 'reopens' then 'reopened_by_rule_of_a_day'
        when subject in ('full_resolution', 'requester_wait') and is_revived then 'new_conversation'
        when subject = 'requester_wait' and our_value is null then 'still_waiting'
        when subject in ('full_resolution', 'first_resolution') and our_value is null then 'not_solved_for_us'
        when subject in ('full_resolution', 'requester_wait') and not has_same_end then 'solve_that_lasted'
        when clock_started_at > created_at then 'customer_wrote_later'
        when clock = 'business' and has_several_schedules then 'several_schedules'
        when clock = 'business' and has_same_end then 'hours_in_force'
        else 'other_rule'
    end as reason
from compared
