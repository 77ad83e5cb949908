/*
The shortest script by hand that gives the same numbers: one landing folder of `service-kpis generate` in; conversations
and the marts first_contact_resolution, nps and cost_per_interaction out. No contract, no tests, and nothing is said
about what was refused.

    set variable landing = 'demo/landing'; set variable seeds = 'seeds';    -- first

It leaves out what such a landing never holds:
- other times than UTC, source systems and flags that are missing, words in other spellings, numbers under six digits;
- an id in two systems, copies that differ in more than their load time, tools whose messages do not land;
- tickets that say solved and not when, or merged in a circle, reopenings by an agent or without a message, changes without
  the status before, two changes of one ticket at one instant;
- calls answered before they were queued, legs of one call that name different customers or topics;
- tickets that name the call or chat that they record, or that record a chat; bots among the agents; columns of days;
- surveys that name no conversation; opening hours that begin within an hour of UTC; a cut-off by hand, or one that
  the newest training course or a wrong year would move.

core.fct_conversations has more: agents, issue ids, waits, hold and wrap and allocated time, bot outcomes, counts of
turns, readings about any topic. Customers have numbers of this script's own.
*/

set TimeZone = 'UTC';
set preserve_insertion_order = false;

-- Reading ----------------------------------------------------------------------------------------------------------

create temp macro utc(instant) as make_timestamp(epoch_us(instant::timestamptz));

-- A table's Parquet files and its nightly CSV, whose values are cast by the names of their columns.
create temp macro landed(name) as table
    from read_parquet(getvariable('landing') || '/' || name || '_*.parquet')
    union all by name
    select
        try_cast(columns(lambda c: c like '%_at') as timestamptz),
        try_cast(columns(lambda c: c like '%_seconds' or c like 'scale_%' or c in ('score', 'ivr_inputs')) as double),
        try_cast(columns(lambda c: c like 'is_%' or c = 'resolved') as boolean),
        columns(lambda c: not (
            c like '%_at' or c like '%_seconds' or c like 'scale_%' or c in ('score', 'ivr_inputs')
            or c like 'is_%' or c = 'resolved'
        ))
    from (
        select *, null as no_seconds, null as is_nothing
        from read_csv(
            getvariable('landing') || '/' || name || '_late.csv.gz',
            all_varchar = true, header = true, delim = ',', quote = '"', ignore_errors = true
        )
    );

create temp macro newest(name) as table
    select greatest(*columns(*)) as newest_at
    from (
        select max(columns(lambda c: c like '%_at' and c not in ('due_at', 'loaded_at')))
            filter (columns(lambda c: c like '%_at' and c not in ('due_at', 'loaded_at')) <= now())
        from landed(name)
    );

set variable as_of = (
    select utc(max(newest_at))
    from (
        from newest('tickets') union all from newest('ticket_messages') union all from newest('ticket_events')
        union all from newest('chats') union all from newest('chat_messages') union all from newest('calls')
        union all from newest('surveys') union all from newest('self_service_sessions')
    )
);

create temp macro is_placed(instant) as
    utc(instant) between timestamp '1990-01-01' and getvariable('as_of');

-- An instant between two others and before the cut-off; whatever else lands becomes NULL.
create temp macro sound(instant, earliest, latest) as
    if(utc(instant) between utc(earliest) and least(utc(latest), getvariable('as_of')), utc(instant), null);

create temp macro seconds_between(earlier, later) as (epoch_us(later) - epoch_us(earlier)) / 1e6;

-- A message or event dated up to a quarter of an hour before its ticket or chat came with it.
create temp macro is_of(instant, started_at) as
    utc(instant) between started_at - interval 15 minutes and getvariable('as_of');

create temp macro length_of_work(seconds) as if(seconds between 0 and 86400, seconds, null);

create temp macro our_channel(word) as
    if(word in (select channel from read_csv(getvariable('seeds') || '/words/channels.csv')), word, 'other');

create temp macro our_status(word) as if(
    word in (select ticket_status from read_csv(getvariable('seeds') || '/words/ticket_statuses.csv')), word, 'other'
);

-- Identifiers as 64-bit numbers.
create temp macro id_key(source_system, id) as if(id is not null, hash(source_system, id), null);
create temp macro email_key(email) as if(email is not null, hash(lower(trim(email))), null);
create temp macro phone_key(phone) as
    if(phone is not null, hash(regexp_replace(translate(phone, ' +-', ''), '^00', '')), null);

-- Tickets ----------------------------------------------------------------------------------------------------------

create temp table ticket as
with placed as (
    select * from landed('tickets') where ticket_id is not null and is_placed(created_at)
),
copied as (
    select ticket_id, max(loaded_at) as loaded_at from placed group by all having count(*) > 1
)
select
    ticket_id,
    source_system,
    id_key(source_system, customer_id) as id,
    email_key(customer_email) as email,
    phone_key(customer_phone) as phone,
    our_channel(channel) as channel,
    topic,
    team,
    our_status(status) as status,
    utc(created_at) as created_at,
    sound(solved_at, created_at, null) as solved_at,
    sound(closed_at, created_at, null) as closed_at,
    merged_into_ticket_id,
    follow_up_of_ticket_id,
    is_outbound
from placed
where not exists (from copied where copied.ticket_id = placed.ticket_id and copied.loaded_at > placed.loaded_at);

create temp table ticket_message as
select
    ticket_id,
    greatest(utc(sent_at), created_at) as sent_at,
    sender_type,
    is_public,
    is_public and not is_automated as is_word
from landed('ticket_messages')
join ticket using (ticket_id)
where message_id is not null and sender_type is not null and is_of(sent_at, created_at);

-- Where one word is of nobody known, who answered what in the ticket is not known.
create temp table unreadable as
select distinct ticket_id
from ticket_message
where is_word and sender_type not in ('customer', 'agent', 'bot', 'system');

create temp table ticket_event as
select
    ticket_id,
    event_id,
    greatest(utc(occurred_at), created_at) as occurred_at,
    event_type,
    actor_type = 'agent' as is_by_agent,
    to_value in ('solved', 'closed') as is_solved,
    from_value in ('solved', 'closed') as was_solved,
    length_of_work(work_seconds) as work_seconds
from landed('ticket_events') as landed
join ticket using (ticket_id)
where event_id is not null
    and is_of(occurred_at, created_at)
    and (
        event_type in ('work_logged', 'escalation')
        or (actor_type = 'agent' and ticket_id in (from unreadable))
        or (event_type = 'status_change' and (to_value in ('solved', 'closed') or from_value in ('solved', 'closed')))
    );

-- A ticket becomes solved, or open again; where no change says so, its own columns do.
create temp table turn as
with change as (
    select ticket_id, occurred_at, is_solved as is_solve
    from ticket_event
    where event_type = 'status_change' and is_solved <> was_solved
),
latest as (
    select ticket_id, max(occurred_at) as changed_at, arg_max(is_solve, occurred_at) as is_solve
    from change
    group by ticket_id
)
select
    ticket_id,
    occurred_at,
    is_solve,
    lead(occurred_at) over (partition by ticket_id order by occurred_at) as next_turn_at
from (
    from change
    union all
    select
        ticket_id,
        if(changed_at is null, coalesce(solved_at, closed_at), greatest(solved_at, closed_at)) as solved_at,
        true
    from ticket
    left join latest using (ticket_id)
    where status in ('solved', 'closed', 'other')
        and coalesce(solved_at, closed_at) is not null
        and (changed_at is null or (not is_solve and greatest(solved_at, closed_at) > changed_at))
);

-- A conversation begins with the ticket, and with the customer's first word after a solve that rested for a day.
create temp table part as
with revival as (
    select ticket_id, min(sent_at) as started_at
    from turn
    join ticket_message using (ticket_id)
    where is_solve
        and sender_type = 'customer'
        and is_word
        and sent_at > occurred_at + interval 24 hours
        and sent_at <= coalesce(next_turn_at + interval 60 seconds, timestamp 'infinity')
    group by ticket_id, occurred_at
),
begun as (
    select ticket_id, created_at as started_at from ticket
    union all
    from revival
),
numbered as (
    select
        ticket_id,
        row_number() over tickets as seq,
        started_at,
        lead(started_at, 1, timestamp 'infinity') over tickets as next_started_at
    from begun
    window tickets as (partition by ticket_id order by started_at)
)
select
    row_number() over () as part,
    numbered.*,
    min(occurred_at) filter (is_solve) as first_solved_at,
    max(occurred_at) filter (is_solve) as last_solved_at,
    max(occurred_at) filter (not is_solve) as last_reopened_at,
    list(occurred_at) filter (is_solve) as solves
from numbered
left join turn
    on turn.ticket_id = numbered.ticket_id and occurred_at >= started_at and occurred_at < next_started_at
group by all;

update ticket_message set is_word = false where ticket_id in (from unreadable);

-- Tickets that a word of ours began: nothing before the customer's first word answers it.
create temp table opened as
select ticket_id, min(sent_at) filter (sender_type = 'customer') as asked_at
from ticket_message
join ticket using (ticket_id)
where is_word
group by ticket_id, created_at
having min(sent_at) filter (sender_type <> 'customer') <= created_at + interval 2 seconds
    and coalesce(min(sent_at) filter (sender_type <> 'customer') < asked_at, true);

create temp table part_said as
select
    part,
    min(sent_at) filter (is_reply) as first_response_at,
    min(sent_at) filter (is_reply and sender_type = 'bot') as first_bot_response_at,
    min(sent_at) filter (is_reply and sender_type = 'agent') as first_human_response_at,
    max(sent_at) filter (is_reply) as last_reply_at,
    max(sent_at) filter (is_public) as last_public_at,
    min(sent_at) filter (is_word and sender_type = 'customer' and sent_at > first_solved_at) as returned_at
from (
    select
        *,
        is_word
        and sender_type in ('agent', 'bot')
        and (opened.ticket_id is null or coalesce(sent_at >= asked_at, false)) as is_reply
    from ticket_message
    join part using (ticket_id)
    left join opened using (ticket_id)
    where sent_at >= started_at and sent_at < next_started_at
)
group by part;

create temp table part_done as
select
    part,
    sum(work_seconds) as handle_seconds,
    bool_or(event_type = 'escalation') as is_escalated
from (select distinct on (event_id) * from ticket_event where event_type <> 'status_change')
join part using (ticket_id)
where occurred_at >= started_at and occurred_at < next_started_at
group by part;

-- Who served such a ticket is not known, only that it was solved or that an agent did something to it.
create temp table part_unreadable as
select
    part,
    coalesce(bool_or(is_by_agent), false) or any_value(first_solved_at) is not null as is_served_unseen
from unreadable
join part using (ticket_id)
left join ticket_event
    on ticket_event.ticket_id = part.ticket_id and occurred_at >= started_at and occurred_at < next_started_at
group by part;

create temp table ticket_contact as
with resolved as (
    select
        *,
        case
            when next_started_at < timestamp 'infinity' then true
            when last_solved_at is not null then last_solved_at >= coalesce(last_reopened_at, last_solved_at)
            when status <> 'other' or last_reopened_at is not null then false
        end as is_resolved,
        if(
            part_said.part is null or part_unreadable.part is not null,
            last_solved_at,
            coalesce(list_min(list_filter(solves, lambda s: s >= coalesce(last_reply_at, s))), last_solved_at)
        ) as lasting_solve_at
    from part
    join ticket using (ticket_id)
    left join part_said using (part)
    left join part_done using (part)
    left join part_unreadable using (part)
)
select
    'ticket' as source_type,
    resolved.source_system,
    resolved.ticket_id as source_conversation_id,
    seq as conversation_seq,
    resolved.id,
    resolved.email,
    resolved.phone,
    resolved.channel,
    coalesce(resolved.topic, followed.topic) as topic,
    resolved.team,
    case
        when first_human_response_at is not null then if(first_bot_response_at is not null, 'hybrid', 'human')
        when is_served_unseen then 'human'
        when first_bot_response_at is not null then 'bot'
        else 'none'
    end as responder,
    started_at,
    if(seq = 1, coalesce(asked_at, started_at), started_at) as response_clock_started_at,
    first_response_at,
    first_bot_response_at,
    first_human_response_at,
    response_clock_started_at as human_clock_started_at,
    first_solved_at as first_resolved_at,
    if(is_resolved, lasting_solve_at, null) as resolved_at,
    greatest(started_at, coalesce(if(is_resolved, lasting_solve_at, null), last_public_at)) as ended_at,
    handle_seconds,
    0 as telephony_seconds,
    first_response_at is not null or coalesce(is_served_unseen, false) as is_served,
    is_resolved,
    coalesce(is_resolved, false) as is_resolution_stated,
    coalesce(is_escalated, false) as is_escalated,
    returned_at is not null and (coalesce(last_reply_at > returned_at, false) or not is_resolved) as is_reopened,
    resolved.status not in ('spam', 'deleted', 'test')
        and not resolved.is_outbound
        and (
            resolved.merged_into_ticket_id is null
            or coalesce(resolved.created_at > parent_replied_at + interval 48 hours, false)
        ) as is_countable,
    false as is_bot_involved
from resolved
left join opened using (ticket_id)
left join ticket as followed on followed.ticket_id = resolved.follow_up_of_ticket_id
left join (
    select ticket_id, first_response_at as parent_replied_at from part join part_said using (part) where seq = 1
) as parent on parent.ticket_id = resolved.merged_into_ticket_id;

drop table ticket_event;
drop table turn;
drop table ticket_message;
drop table opened;
drop table part;
drop table part_said;
drop table part_done;
drop table part_unreadable;
drop table unreadable;

-- Chats ------------------------------------------------------------------------------------------------------------

create temp table chat as
with placed as (
    select *
    from landed('chats')
    where chat_id is not null and is_placed(started_at) and coalesce(ended_at >= started_at, true)
),
copied as (
    select chat_id, max(loaded_at) as loaded_at from placed group by all having count(*) > 1
)
select
    chat_id,
    source_system,
    id_key(source_system, customer_id) as id,
    email_key(customer_email) as email,
    phone_key(customer_phone) as phone,
    our_channel(channel) as channel,
    topic,
    team,
    bot_id is not null as has_bot,
    outcome,
    end_reason,
    utc(started_at) as started_at,
    sound(placed.ended_at, started_at, null) as ended_at,
    sound(handover_requested_at, started_at, placed.ended_at) as handover_requested_at,
    sound(queued_at, started_at, placed.ended_at) as queued_at,
    sound(agent_joined_at, started_at, placed.ended_at) as agent_joined_at,
    is_proactive
from placed
where not exists (from copied where copied.chat_id = placed.chat_id and copied.loaded_at > placed.loaded_at);

-- Work on a reply begins with the customer's burst, with the turn before it or with joining. Half an hour of silence
-- cuts it.
create temp table chat_said as
with message as (
    select
        chat_id,
        agent_joined_at,
        greatest(utc(sent_at), started_at) as sent_at,
        sender_type,
        is_fallback,
        is_automated,
        sender_type in ('customer', 'agent', 'bot') and not is_automated as is_turn
    from landed('chat_messages')
    join chat using (chat_id)
    where message_id is not null and sender_type is not null and is_of(sent_at, started_at)
),
followed as (
    select
        *,
        min(sent_at) filter (sender_type = 'customer') over said as asked_at,
        lag(sent_at, 1, coalesce(agent_joined_at, sent_at)) over said as previous_at,
        lag(sender_type) over said as previous_sender_type
    from message
    window said as (partition by chat_id, is_turn order by sent_at, sender_type <> 'customer')
),
worked as (
    select
        *,
        max(case
            when previous_sender_type = 'customer' and sent_at <= previous_at + interval 30 minutes then null
            when sender_type = 'customer' then sent_at
            else greatest(previous_at, sent_at - interval 30 minutes)
        end) over (
            partition by chat_id, is_turn order by sent_at, sender_type <> 'customer'
            rows between unbounded preceding and current row
        ) as worked_from
    from followed
)
select
    chat_id,
    bool_or(not is_automated and not is_turn and sender_type <> 'system') as is_unreadable,
    max(sent_at) as last_message_at,
    min(sent_at) filter (is_turn and sender_type = 'customer') as asked_at,
    min(sent_at) filter (is_turn and sender_type = 'bot' and asked_at is not null) as first_bot_response_at,
    min(sent_at) filter (is_turn and sender_type = 'agent' and asked_at is not null) as first_human_response_at,
    max(sent_at) filter (is_turn) as last_turn_at,
    max(sent_at) filter (is_turn and sender_type = 'customer') as last_customer_turn_at,
    max(sent_at) filter (is_turn and is_fallback) as last_fallback_at,
    sum(seconds_between(least(sent_at, greatest(worked_from, agent_joined_at)), sent_at))
        filter (is_turn and sender_type = 'agent') as agent_seconds
from worked
group by chat_id;

create temp table chat_contact as
with known as (
    select
        chat.* replace (coalesce(
            chat.ended_at,
            last_message_at,
            greatest(chat.started_at, chat.queued_at, chat.handover_requested_at, chat.agent_joined_at)
        ) as ended_at),
        knows_messages,
        if(knows_messages, coalesce(asked_at, chat.started_at), chat.started_at) as response_clock_started_at,
        if(knows_messages, first_bot_response_at, null) as first_bot_response_at,
        if(knows_messages, first_human_response_at, agent_joined_at) as first_human_response_at,
        if(
            knows_messages,
            agent_seconds,
            if(
                chat.ended_at <= agent_joined_at + interval 4 hours,
                seconds_between(agent_joined_at, chat.ended_at),
                null
            )
        ) as handle_seconds,
        has_bot or first_bot_response_at is not null as is_bot_involved,
        coalesce(queued_at, handover_requested_at) is not null as has_asked,
        case
            when end_reason in ('customer_left', 'agent_closed', 'bot_closed', 'timeout') then true
            when end_reason in ('error', 'usage_limit') then false
            else chat.ended_at is not null
        end as is_normal_end,
        knows_messages and last_customer_turn_at is null as is_unengaged,
        coalesce(last_turn_at in (last_customer_turn_at, last_fallback_at), false) as is_left,
        first_bot_response_at is not null or (has_bot and not knows_messages) as is_bot_served,
        if(knows_messages, first_human_response_at, agent_joined_at) is not null as is_human_served
    from chat
    left join chat_said using (chat_id)
    cross join lateral (
        select coalesce(
            not is_unreadable, agent_joined_at is null and handover_requested_at is null and outcome is null
        ) as knows_messages
    )
),
judged as (
    select
        *,
        case
            when outcome is not null then outcome in ('resolved_confirmed', 'resolved_task')
            else (is_human_served or is_bot_served)
                and is_normal_end
                and not (has_asked and not is_human_served)
                and (is_human_served or not is_left)
        end as is_resolved
    from known
)
select
    'chat' as source_type,
    source_system,
    chat_id as source_conversation_id,
    1 as conversation_seq,
    id,
    email,
    phone,
    channel,
    topic,
    team,
    case
        when is_human_served then if(is_bot_served, 'hybrid', 'human')
        when is_bot_served then 'bot'
        else 'none'
    end as responder,
    started_at,
    response_clock_started_at,
    if(knows_messages or not has_bot, least(first_bot_response_at, first_human_response_at), null)
        as first_response_at,
    first_bot_response_at,
    first_human_response_at,
    if(is_bot_involved, coalesce(handover_requested_at, response_clock_started_at), response_clock_started_at)
        as human_clock_started_at,
    if(is_resolved, ended_at, null) as first_resolved_at,
    if(is_resolved, ended_at, null) as resolved_at,
    ended_at,
    handle_seconds,
    0 as telephony_seconds,
    is_human_served or is_bot_served as is_served,
    is_resolved,
    outcome is not null as is_resolution_stated,
    false as is_escalated,
    false as is_reopened,
    not is_proactive and not is_unengaged as is_countable,
    is_bot_involved
from judged;

drop table chat;
drop table chat_said;

-- Calls ------------------------------------------------------------------------------------------------------------

create temp table leg as
with placed as (
    select *
    from landed('calls')
    where call_id is not null and is_placed(started_at) and coalesce(ended_at >= started_at, true)
),
copied as (
    select call_id, max(loaded_at) as loaded_at from placed group by all having count(*) > 1
)
select
    call_id,
    source_system,
    coalesce(root_call_id, call_id) as root_call_id,
    direction,
    id_key(source_system, customer_id) as id,
    email_key(customer_email) as email,
    phone_key(customer_phone) as phone,
    topic,
    team,
    utc(started_at) as started_at,
    sound(ivr_started_at, started_at, null) as ivr_started_at,
    sound(ivr_ended_at, coalesce(ivr_started_at, started_at), null) as ivr_ended_at,
    if(ivr_inputs >= 0 and ivr_inputs = trunc(ivr_inputs), ivr_inputs, null) as ivr_inputs,
    sound(queued_at, started_at, placed.ended_at) as queued_at,
    sound(answered_at, started_at, placed.ended_at) as answered_at,
    sound(placed.ended_at, started_at, null) as ended_at,
    coalesce(length_of_work(wrap_seconds), 0) as wrap_seconds,
    case
        when outcome in ('answered', 'ivr_contained', 'abandoned', 'voicemail', 'callback_requested', 'failed')
            then outcome
        when sound(answered_at, started_at, placed.ended_at) is not null then 'answered'
        else 'unanswered'
    end as outcome,
    resolved
from placed
where not exists (from copied where copied.call_id = placed.call_id and copied.loaded_at > placed.loaded_at);

create temp table call_contact as
with collapsed as (
    select
        source_system,
        root_call_id,
        any_value(id) as id,
        any_value(email) as email,
        any_value(phone) as phone,
        any_value(topic) as topic,
        any_value(direction) as direction,
        arg_max(team, started_at) as team,
        arg_max(resolved, started_at) as stated,
        min(started_at) as started_at,
        min(answered_at) as answered_at,
        min(ivr_started_at) filter (ivr_inputs > 0) as ivr_responded_at,
        bool_or(outcome = 'answered') as is_answered,
        arg_max(outcome, started_at) as last_outcome,
        count(*) as legs,
        max(queued_at) is not null as is_queued,
        max(ivr_started_at) is not null and coalesce(max(ivr_ended_at) >= max(ended_at), max(ivr_ended_at) is null)
            as is_in_menu_to_the_end,
        max(ivr_inputs) as ivr_inputs,
        max(ended_at) as last_ended_at,
        max(coalesce(ended_at, answered_at, queued_at, ivr_ended_at, started_at)) as ended_at,
        sum(seconds_between(answered_at, ended_at) + wrap_seconds) filter (outcome = 'answered') as handle_seconds,
        sum(seconds_between(started_at, ended_at)) as telephony_seconds
    from leg
    group by source_system, root_call_id
),
judged as (
    select
        *,
        not is_answered and last_outcome = 'ivr_contained' as is_ended_in_menu,
        is_ended_in_menu and coalesce(ivr_inputs > 0, true) as is_ivr_contained,
        not is_answered
            and last_outcome in ('abandoned', 'unanswered')
            and legs = 1
            and not is_queued
            and is_in_menu_to_the_end
            and direction <> 'outbound' as is_left_in_menu,
        coalesce(
            stated,
            (is_answered or is_ivr_contained)
            and last_outcome in ('answered', 'ivr_contained')
            and last_ended_at is not null
        ) as is_resolved
    from collapsed
)
select
    'call' as source_type,
    source_system,
    root_call_id as source_conversation_id,
    1 as conversation_seq,
    id,
    email,
    phone,
    'phone' as channel,
    topic,
    team,
    case when is_answered then 'human' when is_ivr_contained then 'bot' else 'none' end as responder,
    started_at,
    started_at as response_clock_started_at,
    least(ivr_responded_at, answered_at) as first_response_at,
    ivr_responded_at as first_bot_response_at,
    answered_at as first_human_response_at,
    started_at as human_clock_started_at,
    if(is_resolved and last_ended_at is not null, ended_at, null) as first_resolved_at,
    if(is_resolved and last_ended_at is not null, ended_at, null) as resolved_at,
    ended_at,
    handle_seconds,
    coalesce(telephony_seconds, 0) as telephony_seconds,
    is_answered or is_ivr_contained as is_served,
    is_resolved,
    stated is not null as is_resolution_stated,
    false as is_escalated,
    false as is_reopened,
    direction <> 'outbound'
        and not (not is_answered and last_outcome = 'failed')
        and not (is_ended_in_menu and not is_ivr_contained) as is_countable,
    is_ended_in_menu or (is_left_in_menu and ivr_inputs is not null) as is_bot_involved
from judged;

-- Customers --------------------------------------------------------------------------------------------------------

-- Identifiers seen together are one customer; an address or number seen with more than ten others is nobody's.
create temp table seen as
select distinct id, email, phone
from (
    select id, email, phone from ticket_contact
    union all
    select id, email, phone from chat_contact
    union all
    select id, email, phone from call_contact
    union all
    select id_key(source_system, customer_id), email_key(customer_email), phone_key(customer_phone)
    from landed('self_service_sessions')
    where session_id is not null and is_placed(started_at) and coalesce(ended_at >= started_at, true)
    union all
    select id_key(source_system, customer_id), email_key(customer_email), phone_key(customer_phone)
    from landed('surveys')
    where survey_id is not null
        and question in ('nps', 'csat', 'ces', 'resolved', 'clarity', 'speed')
        and is_placed(sent_at)
        and coalesce(score between scale_min and scale_max and score = floor(score), true)
);

create temp table shared as
select email as identifier
from seen
where email in (select email from seen group by email having count(*) > 10)
group by email
having count(distinct id) > 10 or count(distinct phone) > 10
union all
select phone
from seen
where phone in (select phone from seen group by phone having count(*) > 10)
group by phone
having count(distinct id) > 10 or count(distinct email) > 10;

create temp table customer as
with recursive

evidence as (
    select
        id,
        if(email in (from shared), null, email) as email,
        if(phone in (from shared), null, phone) as phone
    from seen
),

pair as (
    select id as one, email as other from evidence
    union
    select id, phone from evidence
    union
    select email, phone from evidence
),

link as (
    select one, other from pair where one is not null and other is not null
    union all
    select other, one from pair where one is not null and other is not null
),

-- The least identifier of a component is less than all its neighbours: only such ones spread their name.
reached as (
    select one as customer, one as identifier from link group by one having one < min(other)
    union
    select reached.customer, link.other
    from reached
    join link on link.one = reached.identifier
    where link.other > reached.customer
)

select identifier, min(customer) as customer from reached group by identifier
union all
select distinct identifier, identifier
from (select unnest([id, email, phone]) as identifier from evidence)
where identifier is not null and identifier not in (select one from link);

-- Contacts ---------------------------------------------------------------------------------------------------------

create temp table contact as
select
    row_number() over () as contact,
    left(md5(concat_ws('|', source_type, source_system, source_conversation_id, conversation_seq)), 16)
        as conversation_id,
    known.* exclude (id, email, phone),
    customer.customer
from (
    from ticket_contact
    union all by name
    from chat_contact
    union all by name
    from call_contact
) as known
left join customer on customer.identifier = coalesce(
    id,
    if(email in (from shared), null, email),
    if(phone in (from shared), null, phone)
);

-- A telephone ticket made during a call of its customer, or up to half an hour after it, is the call's record.
create temp table record as
with found as (
    select distinct on (ticket_id)
        ticket_id,
        written.contact as written,
        spoken.contact as spoken,
        ticket.topic,
        ticket.team,
        created_at,
        coalesce(solved_at, closed_at) as solved_at,
        case
            when status <> 'other' then status in ('solved', 'closed')
            when coalesce(ticket.solved_at, closed_at) is not null then true
        end as is_solved
    from ticket
    join contact as written
        on written.source_type = 'ticket'
        and written.source_conversation_id = ticket_id
        and written.conversation_seq = 1
    join contact as spoken
        on spoken.source_type = 'call'
        and spoken.customer = written.customer
        and created_at between spoken.started_at and spoken.ended_at + interval 30 minutes
    where ticket.channel = 'phone'
        and status not in ('spam', 'deleted', 'test')
        and merged_into_ticket_id is null
        and spoken.source_conversation_id in (select root_call_id from leg where direction = 'inbound')
    order by spoken.started_at desc, spoken.ended_at desc, spoken.source_conversation_id desc
)
select *, row_number() over (partition by spoken order by created_at, ticket_id) as seq
from found;

update contact set is_countable = false where contact in (select written from record);

-- The first of a call says what the call itself does not.
update contact set topic = coalesce(contact.topic, record.topic), team = coalesce(contact.team, record.team)
from record
where spoken = contact and seq = 1;

update contact set
    is_resolution_stated = true,
    is_resolved = is_solved,
    first_resolved_at = if(is_solved, greatest(ended_at, solved_at), null),
    resolved_at = if(is_solved, greatest(ended_at, solved_at), null)
from record
where spoken = contact and seq = 1 and not is_resolution_stated and is_solved is not null;

drop table leg;
drop table record;
drop table ticket;

-- Who came back. Sorted are the keys; a contact without a topic is about the topic of its nearest neighbour.
create temp table followed as
with counted as (
    select contact, conversation_id, customer, topic, started_at, ended_at, is_served
    from contact
    where is_countable and customer is not null
),
unsure as (
    select
        contact,
        customer,
        started_at,
        ended_at,
        topic,
        last_value(if(topic is not null, {topic: topic, ended_at: ended_at}, null) ignore nulls) over (
            before rows between unbounded preceding and 1 preceding
        ) as previous,
        first_value(if(topic is not null, {topic: topic, started_at: started_at}, null) ignore nulls) over (
            before rows between 1 following and unbounded following
        ) as next
    from counted
    where customer in (select customer from counted where topic is null)
    window before as (partition by customer order by started_at, conversation_id)
),
untold as (
    select
        contact,
        case
            when started_at - previous.ended_at <= coalesce(
                next.started_at - ended_at, started_at - previous.ended_at
            ) then previous.topic
            else next.topic
        end as topic
    from unsure
    where topic is null
),
topical as (
    select
        contact,
        conversation_id,
        customer,
        hash(coalesce(counted.topic, untold.topic)) as chain,
        counted.topic is null as is_untold,
        started_at,
        ended_at,
        is_served
    from counted
    left join untold using (contact)
),
looked_around as (
    select
        *,
        min(started_at) over (about groups between 1 following and 1 following) as next_same_at,
        min(started_at) over (anything groups between 1 following and 1 following) as next_any_at,
        min(if(is_untold, started_at, null)) over (anything groups between 1 following and unbounded following)
            as next_untold_at,
        max(ended_at) over (about groups between unbounded preceding and 1 preceding) as previous_ended_at
    from topical
    window about as (partition by customer, chain order by started_at),
        anything as (partition by customer order by started_at)
),
begun as (
    select
        *,
        coalesce(started_at > previous_ended_at + interval 24 hours, true) as begins_24h,
        coalesce(started_at > previous_ended_at + interval 48 hours, true) as begins_48h,
        coalesce(started_at > previous_ended_at + interval 168 hours, true) as begins_7d,
        count(*) filter (is_served) over (
            partition by customer, chain
            order by started_at, conversation_id
            rows between unbounded preceding and 1 preceding
        ) as served_before
    from looked_around
)
select
    contact,
    if(is_untold, next_any_at, least(next_same_at, next_untold_at)) as next_same_topic_contact_at,
    next_any_at as next_any_contact_at,
    is_served and served_before = max(if(begins_24h, served_before, null)) over so_far as is_first_contact_24h,
    is_served and served_before = max(if(begins_48h, served_before, null)) over so_far as is_first_contact_48h,
    is_served and served_before = max(if(begins_7d, served_before, null)) over so_far as is_first_contact_7d
from begun
window so_far as (
    partition by customer, chain
    order by started_at, conversation_id
    rows between unbounded preceding and current row
);

-- Business time ----------------------------------------------------------------------------------------------------

-- Each hour of UTC in each calendar has a slot: a number that joins fast. An hour is open or closed as a whole.
create temp table calendar as
select calendar_id, time_zone, 1000000 * row_number() over () as first_slot
from read_csv(getvariable('seeds') || '/calendars/business_calendars.csv');

create temp macro hour_of(instant) as epoch_us(instant) // 3600000000;

create temp table opening as
with day as (
    select unnest(generate_series(
        date_trunc('day', min(started_at)) - interval 2 days, getvariable('as_of') + interval 2 days, interval 1 day
    )) as day
    from contact
),
-- A window that closes at or before its opening closes the next day.
opened as (
    select
        first_slot,
        timezone('UTC', timezone(time_zone, day + opens_at::interval)) as opens_at,
        timezone('UTC', timezone(time_zone, day + closes_at::interval + to_days((closes_at <= opens_at)::int)))
            as closes_at
    from day
    join read_csv(
        getvariable('seeds') || '/calendars/business_hours.csv', types = {'opens_at': 'varchar', 'closes_at': 'varchar'}
    ) as hours on iso_weekday = isodow(day) and day >= valid_from and day <= coalesce(valid_to::date, day)
    join calendar using (calendar_id)
    anti join read_csv(getvariable('seeds') || '/calendars/business_holidays.csv') as holidays
        on holidays.calendar_id = hours.calendar_id and holiday_date = day
)
select
    slot,
    open.slot is not null as is_open,
    3600 * count(open.slot) over (order by slot rows between unbounded preceding and 1 preceding) as seconds_before
from (select first_slot + hour_of(day) + range as slot from calendar cross join day cross join range(24))
left join (
    select first_slot + unnest(range(hour_of(opens_at), hour_of(closes_at))) as slot from opened
) as open using (slot);

-- Open seconds of all slots before an instant.
create temp macro open_until(instant, opening) as
    opening.seconds_before + if(opening.is_open, epoch_us(instant) % 3600000000 / 1e6, 0);

-- Cost: pools by month, team and channel, each by its driver --------------------------------------------------------

-- Money to the sixth decimal, so that no order of rows changes a sum.
create temp macro exact(amount) as (amount + 1e-9)::decimal(38, 6);

create temp table cell as
select
    date_trunc('month', started_at)::date as cost_month,
    team,
    channel,
    count(*) as conversations,
    coalesce(sum(exact(handle_seconds)), 0)::double as handle_seconds,
    sum(exact(telephony_seconds))::double as telephony_seconds,
    count(*) filter (is_bot_involved or responder in ('bot', 'hybrid')) as bot_conversations
from contact
group by all;

create temp table price as
with landed_cost as (
    select *, row_number() over () as line
    from read_csv(
        getvariable('landing') || '/costs.csv',
        all_varchar = true, header = true, delim = ',', quote = '"', ignore_errors = true
    )
),
cost as (
    select
        line,
        (cost_month || '-01')::date as cost_month,
        team,
        channel,
        try_cast(amount as double) as amount,
        coalesce(cost_driver, 'handle_seconds') as cost_driver
    from landed_cost
    left join read_csv(getvariable('seeds') || '/cost/cost_pools.csv') on cost_pool = pool
    where pool is not null and try_cast(amount as double) is not null
    qualify row_number() over (
        partition by cost_month, pool, team, channel order by try_cast(loaded_at as timestamptz) desc, line desc
    ) = 1
),
reached as (
    select
        cell.*,
        cost.amount,
        cost.cost_driver,
        sum(cell.handle_seconds) over pool as all_handle_seconds,
        sum(cell.telephony_seconds) over pool as all_telephony_seconds,
        sum(cell.bot_conversations) over pool as all_bot_conversations,
        sum(cell.conversations) over pool as all_conversations
    from cost
    join cell
        on cell.cost_month = cost.cost_month
        and (cost.team is null or cell.team = cost.team)
        and (cost.channel is null or cell.channel = cost.channel)
    window pool as (partition by line)
),
-- Where a pool's own driver moved nothing, the conversations share it alike.
shared_out as (
    select
        *,
        case cost_driver
            when 'handle_seconds' then amount * handle_seconds / nullif(all_handle_seconds, 0)
            when 'telephony_seconds' then amount * telephony_seconds / nullif(all_telephony_seconds, 0)
            when 'bot_conversations' then amount * bot_conversations / nullif(all_bot_conversations, 0)
        end as by_driver,
        if(by_driver is null, amount * conversations / all_conversations, null) as by_conversation
    from reached
)
select
    cost_month,
    team,
    channel,
    coalesce(
        sum(exact(by_driver)) filter (cost_driver = 'handle_seconds')::double / nullif(any_value(handle_seconds), 0), 0
    ) as per_handle_second,
    coalesce(
        sum(exact(by_driver)) filter (cost_driver = 'telephony_seconds')::double
        / nullif(any_value(telephony_seconds), 0), 0
    ) as per_telephony_second,
    coalesce(
        sum(exact(by_driver)) filter (cost_driver = 'bot_conversations')::double
        / nullif(any_value(bot_conversations), 0), 0
    ) as per_bot_conversation,
    coalesce(sum(exact(by_conversation))::double / any_value(conversations), 0) as per_conversation
from shared_out
group by all;

-- The fact ---------------------------------------------------------------------------------------------------------

create table conversations as
with calendared as (
    select contact.*, followed.* exclude (contact), first_slot
    from contact
    left join followed using (contact)
    left join read_csv(getvariable('seeds') || '/calendars/team_calendars.csv') as team_calendars using (team)
    join calendar on calendar.calendar_id = coalesce(team_calendars.calendar_id, 'default')
),
timed as (
    select
        calendared.* exclude (first_slot),
        open_until(first_response_at, response) - open_until(response_clock_started_at, clock)
            as first_response_business_seconds,
        open_until(first_bot_response_at, bot_response) - open_until(response_clock_started_at, clock)
            as first_bot_response_business_seconds,
        open_until(first_human_response_at, human_response) - open_until(human_clock_started_at, human_clock)
            as first_human_response_business_seconds,
        open_until(first_resolved_at, first_resolution) - open_until(started_at, start)
            as first_resolution_business_seconds,
        open_until(resolved_at, resolution) - open_until(started_at, start) as resolution_business_seconds
    from calendared
    join opening as start on start.slot = first_slot + hour_of(started_at)
    join opening as clock on clock.slot = first_slot + hour_of(response_clock_started_at)
    join opening as human_clock on human_clock.slot = first_slot + hour_of(human_clock_started_at)
    left join opening as response on response.slot = first_slot + hour_of(first_response_at)
    left join opening as bot_response on bot_response.slot = first_slot + hour_of(first_bot_response_at)
    left join opening as human_response on human_response.slot = first_slot + hour_of(first_human_response_at)
    left join opening as first_resolution on first_resolution.slot = first_slot + hour_of(first_resolved_at)
    left join opening as resolution on resolution.slot = first_slot + hour_of(resolved_at)
),
-- What a source held before its first contact is unseen.
judged as (
    select
        *,
        is_countable and is_served and is_resolved is not null and customer is not null as is_fcr_anchor,
        is_resolved
            and not is_escalated
            and not is_reopened
            and case
                when source_type = 'ticket' then coalesce(first_resolution_business_seconds <= 3600, false)
                else (responder <> 'bot' or is_resolution_stated)
                    and coalesce(resolved_at <= ended_at + interval 30 minutes, true)
            end as is_resolved_at_once
    from timed
    join (select source_system, min(started_at) as source_started_at from contact group by all) using (source_system)
),
windowed as (
    select
        *,
        if(is_fcr_anchor, coalesce(next_same_topic_contact_at <= ended_at + interval 24 hours, false), null)
            as repeats_within_24h,
        if(is_fcr_anchor, coalesce(next_same_topic_contact_at <= ended_at + interval 48 hours, false), null)
            as repeats_within_48h,
        if(is_fcr_anchor, coalesce(next_same_topic_contact_at <= ended_at + interval 168 hours, false), null)
            as repeats_within_7d,
        started_at < source_started_at + interval 24 hours as is_left_censored_24h,
        started_at < source_started_at + interval 48 hours as is_left_censored_48h,
        started_at < source_started_at + interval 168 hours as is_left_censored_7d,
        getvariable('as_of') >= ended_at + interval 24 hours and not is_left_censored_24h as is_fcr_mature_24h,
        getvariable('as_of') >= ended_at + interval 48 hours and not is_left_censored_48h as is_fcr_mature_48h,
        getvariable('as_of') >= ended_at + interval 168 hours and not is_left_censored_7d as is_fcr_mature_7d
    from judged
)
select
    conversation_id,
    source_system,
    source_type,
    source_conversation_id,
    conversation_seq,
    customer,
    windowed.channel,
    topic,
    windowed.team,
    responder,
    started_at,
    first_response_at,
    first_bot_response_at,
    first_human_response_at,
    human_clock_started_at,
    first_resolved_at,
    resolved_at,
    ended_at,
    next_same_topic_contact_at,
    next_any_contact_at,
    seconds_between(response_clock_started_at, first_response_at) as first_response_seconds,
    seconds_between(response_clock_started_at, first_bot_response_at) as first_bot_response_seconds,
    seconds_between(human_clock_started_at, first_human_response_at) as first_human_response_seconds,
    first_response_business_seconds,
    first_bot_response_business_seconds,
    first_human_response_business_seconds,
    first_resolution_business_seconds,
    handle_seconds,
    seconds_between(started_at, first_resolved_at) as first_resolution_seconds,
    seconds_between(started_at, resolved_at) as resolution_seconds,
    resolution_business_seconds,
    coalesce(handle_seconds, 0) * per_handle_second
        + telephony_seconds * per_telephony_second
        + (is_bot_involved or responder in ('bot', 'hybrid'))::int * per_bot_conversation
        + per_conversation as cost,
    is_resolved,
    is_countable,
    is_served,
    is_escalated,
    is_reopened,
    is_fcr_anchor,
    repeats_within_24h,
    repeats_within_48h,
    repeats_within_7d,
    is_fcr_mature_24h,
    is_fcr_mature_48h,
    is_fcr_mature_7d,
    is_left_censored_24h,
    is_left_censored_48h,
    is_left_censored_7d,
    coalesce(is_first_contact_24h, false) as is_first_contact_24h,
    coalesce(is_first_contact_48h, false) as is_first_contact_48h,
    coalesce(is_first_contact_7d, false) as is_first_contact_7d,
    if(is_fcr_anchor and is_fcr_mature_24h, is_resolved_at_once and not repeats_within_24h, null) as fcr_24h,
    if(is_fcr_anchor and is_fcr_mature_48h, is_resolved_at_once and not repeats_within_48h, null) as fcr_48h,
    if(is_fcr_anchor and is_fcr_mature_7d, is_resolved_at_once and not repeats_within_7d, null) as fcr_7d
from windowed
left join price
    on price.cost_month = date_trunc('month', started_at)::date
    and price.channel = windowed.channel
    and price.team is not distinct from windowed.team;

-- The marts --------------------------------------------------------------------------------------------------------

create table first_contact_resolution as
select
    started_at::date as conversation_date,
    channel,
    coalesce(topic, 'unknown') as topic,
    responder,
    count(*) as conversation_count,
    count(*) filter (is_countable) as countable_count,
    count(*) filter (is_countable and customer is not null) as identified_count,
    count(*) filter (is_first_contact_24h and is_fcr_mature_24h) as issue_count_24h,
    count(*) filter (is_first_contact_24h and fcr_24h) as issue_resolved_count_24h,
    count(*) filter (is_first_contact_24h and not is_fcr_mature_24h and not is_left_censored_24h) as issue_pending_count_24h,
    count(*) filter (is_fcr_anchor and is_fcr_mature_24h) as contact_count_24h,
    count(*) filter (fcr_24h) as contact_resolved_count_24h,
    count(*) filter (is_fcr_mature_24h and repeats_within_24h) as contact_repeated_count_24h,
    count(*) filter (is_fcr_anchor and not is_fcr_mature_24h and not is_left_censored_24h) as contact_pending_count_24h,
    count(*) filter (not is_fcr_anchor or is_left_censored_24h) as contact_excluded_count_24h,
    issue_resolved_count_24h / nullif(issue_count_24h, 0) as fcr_issue_rate_24h,
    contact_resolved_count_24h / nullif(contact_count_24h, 0) as fcr_contact_rate_24h,
    contact_repeated_count_24h / nullif(contact_count_24h, 0) as repeat_contact_rate_24h,
    count(*) filter (is_first_contact_48h and is_fcr_mature_48h) as issue_count_48h,
    count(*) filter (is_first_contact_48h and fcr_48h) as issue_resolved_count_48h,
    count(*) filter (is_first_contact_48h and not is_fcr_mature_48h and not is_left_censored_48h) as issue_pending_count_48h,
    count(*) filter (is_fcr_anchor and is_fcr_mature_48h) as contact_count_48h,
    count(*) filter (fcr_48h) as contact_resolved_count_48h,
    count(*) filter (is_fcr_mature_48h and repeats_within_48h) as contact_repeated_count_48h,
    count(*) filter (is_fcr_anchor and not is_fcr_mature_48h and not is_left_censored_48h) as contact_pending_count_48h,
    count(*) filter (not is_fcr_anchor or is_left_censored_48h) as contact_excluded_count_48h,
    issue_resolved_count_48h / nullif(issue_count_48h, 0) as fcr_issue_rate_48h,
    contact_resolved_count_48h / nullif(contact_count_48h, 0) as fcr_contact_rate_48h,
    contact_repeated_count_48h / nullif(contact_count_48h, 0) as repeat_contact_rate_48h,
    count(*) filter (is_first_contact_7d and is_fcr_mature_7d) as issue_count_7d,
    count(*) filter (is_first_contact_7d and fcr_7d) as issue_resolved_count_7d,
    count(*) filter (is_first_contact_7d and not is_fcr_mature_7d and not is_left_censored_7d) as issue_pending_count_7d,
    count(*) filter (is_fcr_anchor and is_fcr_mature_7d) as contact_count_7d,
    count(*) filter (fcr_7d) as contact_resolved_count_7d,
    count(*) filter (is_fcr_mature_7d and repeats_within_7d) as contact_repeated_count_7d,
    count(*) filter (is_fcr_anchor and not is_fcr_mature_7d and not is_left_censored_7d) as contact_pending_count_7d,
    count(*) filter (not is_fcr_anchor or is_left_censored_7d) as contact_excluded_count_7d,
    issue_resolved_count_7d / nullif(issue_count_7d, 0) as fcr_issue_rate_7d,
    contact_resolved_count_7d / nullif(contact_count_7d, 0) as fcr_contact_rate_7d,
    contact_repeated_count_7d / nullif(contact_count_7d, 0) as repeat_contact_rate_7d
from conversations
group by all;

create table cost_per_interaction as
select
    started_at::date as conversation_date,
    channel,
    coalesce(topic, 'unknown') as topic,
    responder,
    count(*) filter (is_countable and cost is not null) as interaction_count,
    count(*) - interaction_count as excluded_count,
    sum(exact(cost)) filter (is_countable)::double as cost,
    sum(exact(handle_seconds)) filter (
        is_countable and responder in ('human', 'hybrid') and (source_type <> 'ticket' or handle_seconds is not null)
    )::double as handle_seconds,
    sum(exact(cost)) filter (is_countable)::double / nullif(interaction_count, 0) as cost_per_interaction
from conversations
group by all;

-- One answer per customer in ninety days, the latest that counts: in time, on the scale from 0 to 10.
create table nps as
with answer as (
    select distinct on (source_system, survey_id)
        *,
        utc(sent_at) as asked_at,
        coalesce(sound(responded_at, sent_at, null), utc(sent_at)) as answered_at
    from landed('surveys')
    where question = 'nps'
        and survey_id is not null
        and is_placed(sent_at)
        and score between scale_min and scale_max
        and score = floor(score)
),
about as (
    select distinct on (answer.source_system, answer.survey_id)
        answer.*,
        conversations.channel,
        conversations.topic,
        conversations.responder,
        conversations.customer as conversation_customer,
        answered_at > asked_at + interval 7 days as is_late
    from answer
    left join conversations
        on conversations.source_type = answer.conversation_type
        and conversations.source_system = answer.conversation_source_system
        and conversations.source_conversation_id = answer.conversation_id
    order by conversations.started_at <= asked_at desc, conversations.conversation_seq desc
),
named as (
    select
        about.*,
        coalesce(
            conversation_customer, by_id.customer, by_email.customer, by_phone.customer
        ) as customer
    from about
    left join customer as by_id on by_id.identifier = id_key(source_system, customer_id)
    left join customer as by_email on by_email.identifier = email_key(customer_email)
    left join customer as by_phone on by_phone.identifier = phone_key(customer_phone)
),
counted as (
    select
        *,
        not is_late and scale_min = 0 and scale_max = 10 and not (
            customer is not null
            and coalesce(lead(answered_at) over (
                partition by customer, scale_min, scale_max, is_late
                order by answered_at, md5(concat_ws('|', source_system, survey_id, question))
            ) <= answered_at + interval 90 days, false)
        ) as is_counted
    from named
)
select
    answered_at::date as response_date,
    coalesce(channel, 'unknown') as channel,
    coalesce(topic, 'unknown') as topic,
    coalesce(responder, 'unknown') as responder,
    count(*) filter (is_counted and score >= 9) as promoter_count,
    count(*) filter (is_counted and score between 7 and 8) as passive_count,
    count(*) filter (is_counted and score <= 6) as detractor_count,
    count(*) filter (is_counted) as response_count,
    count(*) filter (not is_counted) as excluded_count,
    100 * (promoter_count - detractor_count) / nullif(response_count, 0) as nps
from counted
group by all;
