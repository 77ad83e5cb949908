with

beginnings as (
    select * from {{ ref('int_bot_concurrency') }}
),

channel_peaks as (
    select
        conversation_date,
        channel,
        count(*) as bot_conversation_count,
        max(channel_bot_conversation_count) as peak_bot_conversation_count
    from beginnings
    group by conversation_date, channel
),

-- Channels peak at different moments: the peak of all is not their sum.
all_peaks as (
    select
        conversation_date,
        cast(null as {{ dbt.type_string() }}) as channel,
        count(*) as bot_conversation_count,
        max(bot_conversation_count) as peak_bot_conversation_count
    from beginnings
    group by conversation_date
)

select * from channel_peaks
union all
select * from all_peaks
