{#-
    Who came back about what, and where issues begin: one sort per customer and topic, one per customer.
    Order is by whole microseconds, so that "after" is strict and "at most W later" is closed.
-#}
{% set windows = {'24h': 24, '48h': 48, '7d': 168} -%}
with

contacts as (
    select
        conversation_id,
        customer_id,
        topic,
        is_served,
        {{ epoch_microseconds('started_at') }} as started_us,
        {{ epoch_microseconds('ended_at') }} as ended_us
    from {{ ref('int_conversations_identified') }}
    where is_countable and customer_id is not null
),

looked_ahead as (
    select
        *,
        min(started_us) over (
            partition by customer_id, topic
            order by started_us
            range between 1 following and unbounded following
        ) as next_same_topic_us,
        max(ended_us) over (
            partition by customer_id, topic
            order by started_us
            range between unbounded preceding and 1 preceding
        ) as previous_ended_us,
        min(started_us) over (
            partition by customer_id
            order by started_us
            range between 1 following and unbounded following
        ) as next_any_us,
        min(case when topic is null then started_us end) over (
            partition by customer_id
            order by started_us
            range between 1 following and unbounded following
        ) as next_without_topic_us
    from contacts
),

-- A contact starts an issue unless an earlier one, however it ended, was still warm.
started as (
    select
        *,
        {% for window, hours in windows.items() -%}
        case
            when started_us <= previous_ended_us + {{ hours }} * 3600000000 then 0
            else 1
        end as starts_issue_{{ window }}{{ ',' if not loop.last }}
        {% endfor %}
    from looked_ahead
),

numbered as (
    select
        *,
        {% for window in windows -%}
        sum(starts_issue_{{ window }}) over (
            partition by customer_id, topic
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        ) as issue_number_{{ window }},
        {% endfor -%}
        sum(case when is_served then 1 else 0 end) over (
            partition by customer_id, topic
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        ) as served_so_far
    from started
),

-- The first contact of an issue is the first that was served: an abandoned attempt had no chance to resolve it.
served_ranked as (
    select
        *,
        {% for window in windows -%}
        served_so_far - max(
            case
                when starts_issue_{{ window }} = 1
                    then served_so_far - case when is_served then 1 else 0 end
            end
        ) over (
            partition by customer_id, topic
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        ) as served_in_issue_{{ window }}{{ ',' if not loop.last }}
        {% endfor %}
    from numbered
)

select
    conversation_id,
    {{ instant_from_microseconds(
        'case when topic is null then next_any_us else least(next_same_topic_us, next_without_topic_us) end'
    ) }} as next_same_topic_contact_at,
    {{ instant_from_microseconds('next_any_us') }} as next_any_contact_at,
    {% for window in windows -%}
    is_served and served_in_issue_{{ window }} = 1 as is_first_contact_{{ window }},
    {% endfor -%}
    {{ stable_id(['customer_id', 'topic', 'issue_number_48h']) }} as issue_id
from served_ranked
