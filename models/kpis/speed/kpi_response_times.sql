{#-
    First response time by anybody, by a bot and by a person, on the wall clock and in business time.
    Anchor: day of started_at. Within target: a missing response is a miss once its time is up, and pending until then.
-#}
with

targets as (
    select
        channel,
        max(case when response = 'any' and clock = 'calendar' then target_seconds end) as any_calendar_target,
        max(case when response = 'any' and clock = 'business' then target_seconds end) as any_business_target,
        max(case when response = 'bot' and clock = 'calendar' then target_seconds end) as bot_calendar_target,
        max(case when response = 'bot' and clock = 'business' then target_seconds end) as bot_business_target,
        max(case when response = 'human' and clock = 'calendar' then target_seconds end) as human_calendar_target,
        max(case when response = 'human' and clock = 'business' then target_seconds end) as human_business_target
    from {{ ref('response_time_targets') }}
    group by 1
),

-- Each duration and target only where it counts, and how long who has no response yet has waited.
timed as (
    select
        conversations.conversation_date,
        conversations.channel,
        conversations.topic,
        conversations.team,
        conversations.responder,
        conversations.bot_id,
        case when conversations.is_any_response_counted then targets.any_calendar_target end as any_calendar_target,
        case when conversations.is_any_response_counted then targets.any_business_target end as any_business_target,
        case when conversations.is_bot_response_counted then targets.bot_calendar_target end as bot_calendar_target,
        case when conversations.is_bot_response_counted then targets.bot_business_target end as bot_business_target,
        case when conversations.is_human_response_counted then targets.human_calendar_target end
    as human_calendar_target,
        case when conversations.is_human_response_counted then targets.human_business_target end
    as human_business_target,
        case when conversations.is_any_response_counted then conversations.first_response_seconds end as any_calendar,
        case when conversations.is_any_response_counted then conversations.first_response_business_seconds end
        as any_business,
        case when conversations.is_bot_response_counted then conversations.first_bot_response_seconds end
    as bot_calendar,
        case when conversations.is_bot_response_counted then conversations.first_bot_response_business_seconds end
        as bot_business,
        case when conversations.is_human_response_counted then conversations.first_human_response_seconds end
        as human_calendar,
        case when conversations.is_human_response_counted then conversations.first_human_response_business_seconds end
        as human_business,
        {{ seconds_between('conversations.response_clock_started_at', 'conversations.as_of') }} as calendar_so_far,
        {{ seconds_between('conversations.human_clock_started_at', 'conversations.as_of') }} as human_calendar_so_far,
        {{ open_seconds_until('conversations.as_of', 'cutoff_slot') }}
        - {{ open_seconds_until('conversations.response_clock_started_at', 'start_slot') }} as business_so_far,
        {{ open_seconds_until('conversations.as_of', 'cutoff_slot') }}
        - {{ open_seconds_until('conversations.human_clock_started_at', 'human_clock_slot') }} as human_business_so_far
    from {{ ref('int_conversations_classified') }} as conversations
    left join targets on targets.channel = conversations.channel
    {{ join_quarter_hour('conversations.response_clock_started_at', 'start_slot') }}
    {{ join_quarter_hour('conversations.human_clock_started_at', 'human_clock_slot') }}
    {{ join_quarter_hour('conversations.as_of', 'cutoff_slot') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(any_calendar) as any_responded_count,
    count(*) - count(any_calendar) as any_response_excluded_count,
    {{ exact_sum('any_calendar') }} as any_calendar_seconds,
    {{ exact_sum('any_calendar * any_calendar') }} as any_calendar_seconds_squared,
    count(case when any_calendar <= any_calendar_target then 1 end) as any_calendar_met_count,
    count(case when any_calendar is not null or calendar_so_far > any_calendar_target then any_calendar_target end)
    as any_calendar_judged_count,
    count(case when any_calendar is null and calendar_so_far <= any_calendar_target then 1 end)
    as any_calendar_unjudged_count,
    count(*) - count(any_calendar_target) as any_calendar_without_target_count,
    {{ exact_sum('any_business') }} as any_business_seconds,
    {{ exact_sum('any_business * any_business') }} as any_business_seconds_squared,
    count(case when any_business <= any_business_target then 1 end) as any_business_met_count,
    count(case when any_business is not null or business_so_far > any_business_target then any_business_target end)
    as any_business_judged_count,
    count(case when any_business is null and business_so_far <= any_business_target then 1 end)
    as any_business_unjudged_count,
    count(*) - count(any_business_target) as any_business_without_target_count,

    count(bot_calendar) as bot_responded_count,
    count(*) - count(bot_calendar) as bot_response_excluded_count,
    {{ exact_sum('bot_calendar') }} as bot_calendar_seconds,
    {{ exact_sum('bot_calendar * bot_calendar') }} as bot_calendar_seconds_squared,
    count(case when bot_calendar <= bot_calendar_target then 1 end) as bot_calendar_met_count,
    count(case when bot_calendar is not null or calendar_so_far > bot_calendar_target then bot_calendar_target end)
    as bot_calendar_judged_count,
    count(case when bot_calendar is null and calendar_so_far <= bot_calendar_target then 1 end)
    as bot_calendar_unjudged_count,
    count(*) - count(bot_calendar_target) as bot_calendar_without_target_count,
    {{ exact_sum('bot_business') }} as bot_business_seconds,
    {{ exact_sum('bot_business * bot_business') }} as bot_business_seconds_squared,
    count(case when bot_business <= bot_business_target then 1 end) as bot_business_met_count,
    count(case when bot_business is not null or business_so_far > bot_business_target then bot_business_target end)
    as bot_business_judged_count,
    count(case when bot_business is null and business_so_far <= bot_business_target then 1 end)
    as bot_business_unjudged_count,
    count(*) - count(bot_business_target) as bot_business_without_target_count,

    count(human_calendar) as human_responded_count,
    count(*) - count(human_calendar) as human_response_excluded_count,
    {{ exact_sum('human_calendar') }} as human_calendar_seconds,
    {{ exact_sum('human_calendar * human_calendar') }} as human_calendar_seconds_squared,
    count(case when human_calendar <= human_calendar_target then 1 end) as human_calendar_met_count,
    count(case when human_calendar is not null or human_calendar_so_far > human_calendar_target then human_calendar_target end)
    as human_calendar_judged_count,
    count(case when human_calendar is null and human_calendar_so_far <= human_calendar_target then 1 end)
    as human_calendar_unjudged_count,
    count(*) - count(human_calendar_target) as human_calendar_without_target_count,
    {{ exact_sum('human_business') }} as human_business_seconds,
    {{ exact_sum('human_business * human_business') }} as human_business_seconds_squared,
    count(case when human_business <= human_business_target then 1 end) as human_business_met_count,
    count(case when human_business is not null or human_business_so_far > human_business_target then human_business_target end)
    as human_business_judged_count,
    count(case when human_business is null and human_business_so_far <= human_business_target then 1 end)
    as human_business_unjudged_count,
    count(*) - count(human_business_target) as human_business_without_target_count
from timed
group by 1, 2, 3, 4, 5, 6
