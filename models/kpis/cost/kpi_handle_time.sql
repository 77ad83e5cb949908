{#- Handle time, what it is made of (talk, hold, wrap, shared by concurrency), and the bot's own. Anchor: day of started_at. -#}
with

conversations as (
    select
        *,
        is_handle_counted and source_type = 'call' as is_talk_counted
    from {{ ref('int_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_handle_counted then 1 end) as handled_count,
    {{ exact_sum('case when is_handle_counted then handle_seconds end') }} as handle_seconds,
    {{ exact_sum('case when is_handle_counted then handle_seconds * handle_seconds end') }} as handle_seconds_squared,
    count(case when not is_handle_counted then 1 end) as unhandled_count,
    {{ exact_sum('case when is_handle_counted then allocated_handle_seconds end') }} as allocated_handle_seconds,
    {{ exact_sum('case when is_handle_counted then allocated_handle_seconds * allocated_handle_seconds end') }}
    as allocated_handle_seconds_squared,

    count(case when is_talk_counted then 1 end) as talked_count,
    {{ exact_sum('case when is_talk_counted then handle_seconds - coalesce(hold_seconds, 0) - coalesce(wrap_seconds, 0) end') }}
    as talk_seconds,
    count(case when is_talk_counted and hold_seconds is not null then 1 end) as hold_known_count,
    count(case when is_talk_counted and hold_seconds > 0 then 1 end) as held_count,
    {{ exact_sum('case when is_talk_counted then hold_seconds end') }} as hold_seconds,
    {{ exact_sum('case when is_talk_counted then hold_seconds * hold_seconds end') }} as hold_seconds_squared,
    count(case when is_talk_counted and wrap_seconds is not null then 1 end) as wrap_known_count,
    {{ exact_sum('case when is_talk_counted then wrap_seconds end') }} as wrap_seconds,
    {{ exact_sum('case when is_talk_counted then wrap_seconds * wrap_seconds end') }} as wrap_seconds_squared,
    count(case when not is_talk_counted then 1 end) as not_talked_count,
    count(case when not is_talk_counted or hold_seconds is null then 1 end) as hold_unknown_count,
    count(case when not is_talk_counted or coalesce(hold_seconds, 0) = 0 then 1 end) as not_held_count,
    count(case when not is_talk_counted or wrap_seconds is null then 1 end) as wrap_unknown_count,

    count(case when is_bot_handle_counted then 1 end) as bot_handled_count,
    {{ exact_sum('case when is_bot_handle_counted then bot_handle_seconds end') }} as bot_handle_seconds,
    {{ exact_sum('case when is_bot_handle_counted then bot_handle_seconds * bot_handle_seconds end') }}
    as bot_handle_seconds_squared,
    count(case when not is_bot_handle_counted then 1 end) as not_bot_handled_count,
    count(case when is_countable and source_type = 'call' and bot_handle_seconds is not null then 1 end) as menu_count,
    {{ exact_sum("case when is_countable and source_type = 'call' then bot_handle_seconds end") }} as menu_seconds,
    {{ exact_sum("case when is_countable and source_type = 'call' then bot_handle_seconds * bot_handle_seconds end") }}
    as menu_seconds_squared,
    count(case when not is_countable or source_type <> 'call' or bot_handle_seconds is null then 1 end) as not_menu_count
from conversations
group by 1, 2, 3, 4, 5, 6
