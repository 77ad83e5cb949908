{#-
    The schedules of each ticket, one after the other, and of each call those of its ticket. A ticket that was given none has the
    account's default, unless there are several schedules and nothing landed of which ticket has which: then nobody knows.
-#}
with

given as (
    select
        source_system,
        ticket_id,
        schedule_id,
        held_from,
        held_until
    from {{ ref('base_zendesk__ticket_schedules') }}
),

tickets_with_gifts as (
    select distinct
        source_system,
        ticket_id
    from given
),

accounts_with_gifts as (
    select distinct source_system from given
),

accounts as (
    select
        schedules.source_system,
        max(case when schedules.is_default then schedules.schedule_id end) as default_schedule_id
    from {{ ref('base_zendesk__schedules') }} as schedules
    left join accounts_with_gifts on accounts_with_gifts.source_system = schedules.source_system
    group by schedules.source_system
    having count(*) = 1 or count(accounts_with_gifts.source_system) > 0
),

tickets as (
    select * from given

    union all

    select
        tickets.source_system,
        tickets.ticket_id,
        accounts.default_schedule_id as schedule_id,
        timestamp '1970-01-01 00:00:00' as held_from,
        timestamp '9999-12-31 00:00:00' as held_until
    from {{ ref('base_zendesk__ticket_calendars') }} as tickets
    inner join accounts on accounts.source_system = tickets.source_system
    left join tickets_with_gifts
        on
            tickets_with_gifts.source_system = tickets.source_system
            and tickets_with_gifts.ticket_id = tickets.ticket_id
    where tickets_with_gifts.ticket_id is null
),

calls as (
    select * from {{ ref('base_zendesk__calls') }}
    where is_current
)

select
    source_system,
    'ticket' as source_type,
    ticket_id as source_conversation_id,
    source_system || ':' || schedule_id as calendar_id,
    held_from,
    held_until
from tickets

union all

select
    calls.source_system,
    'call' as source_type,
    calls.call_id as source_conversation_id,
    calls.source_system || ':' || coalesce(tickets.schedule_id, accounts.default_schedule_id) as calendar_id,
    coalesce(tickets.held_from, timestamp '1970-01-01 00:00:00') as held_from,
    coalesce(tickets.held_until, timestamp '9999-12-31 00:00:00') as held_until
from calls
left join tickets
    on
        tickets.source_system = calls.source_system
        and tickets.ticket_id = calls.ticket_id
left join accounts on accounts.source_system = calls.source_system
where coalesce(tickets.schedule_id, accounts.default_schedule_id) is not null
