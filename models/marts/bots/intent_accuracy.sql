-- sqlfluff:dialect:postgres
{# Per intent, over a month and over everything: of what was said to be it, how much was; of what was it, how much was found. -#}
with

labelled as (
    select
        cast({{ dbt.date_trunc('month', 'conversations.conversation_date') }} as date) as month_start_date,
        turns.intent,
        turns.intent_label
    from {{ ref('int_chat_turns') }} as turns
    inner join {{ ref('int_conversations_classified') }} as conversations
        on conversations.conversation_id = turns.conversation_id
    where turns.intent_label is not null and conversations.is_countable
),

-- Each labelled message counts for its true intent, and for the predicted one.
sides as (
    select
        month_start_date,
        intent_label as intent,
        1 as labelled,
        0 as predicted,
        case when intent = intent_label then 1 else 0 end as correct
    from labelled

    union all

    select
        month_start_date,
        intent,
        0 as labelled,
        1 as predicted,
        0 as correct
    from labelled
    where intent is not null
),

counted as (
    select
        month_start_date,
        intent,
        sum(labelled) as labelled_count,
        sum(predicted) as predicted_count,
        sum(correct) as correct_count
    from sides
    group by grouping sets ((intent), (month_start_date, intent))
)

select
    month_start_date,
    intent,
    labelled_count,
    predicted_count,
    correct_count,
    {{ rate('correct_count', 'predicted_count') }} as intent_precision,
    {{ rate('correct_count', 'labelled_count') }} as intent_recall
from counted
