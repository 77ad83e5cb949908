{#-
    Who came back about what, and where issues begin. Order is by whole microseconds, so that "after" is strict and
    "at most W later" is closed. Issues are chained in two modes: about the same topic, and about anything.
-#}
{% set windows = fcr_windows() -%}
{% set modes = {'': 'customer_id, chain_topic', 'any_': 'customer_id'} -%}
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

-- Contacts between two with a topic share both numbers with the one that has it: before them and after them.
numbered_topics as (
    select
        *,
        count(topic) over (partition by customer_id order by started_us, conversation_id) as topics_so_far,
        count(topic) over (partition by customer_id order by started_us desc, conversation_id desc) as topics_to_come
    from contacts
),

neighboured as (
    select
        *,
        max(topic) over (partition by customer_id, topics_so_far) as previous_topic,
        max(topic) over (partition by customer_id, topics_to_come) as next_topic,
        started_us - max(case when topic is not null then ended_us end) over (partition by customer_id, topics_so_far)
        as since_previous_us,
        max(case when topic is not null then started_us end) over (partition by customer_id, topics_to_come) - ended_us
        as until_next_us
    from numbered_topics
),

-- A contact without a topic belongs to the issue of the customer's nearest contact that has one.
topical as (
    select
        *,
        case
            when topic is not null then topic
            when since_previous_us <= coalesce(until_next_us, since_previous_us) then previous_topic
            else next_topic
        end as chain_topic
    from neighboured
),

looked_around as (
    select
        *,
        min(started_us) over (
            partition by customer_id, topic
            order by started_us
            range between 1 following and unbounded following
        ) as next_same_topic_us,
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
        {%- for mode, partition in modes.items() %},
        max(ended_us) over (
            partition by {{ partition }}
            order by started_us
            range between unbounded preceding and 1 preceding
        ) as {{ mode }}previous_ended_us
        {%- endfor %}
    from topical
),

-- A contact starts an issue unless an earlier one, however it ended, was still warm.
started as (
    select
        *
        {%- for mode in modes %}
        {%- for window, hours in windows.items() %},
        case
            when started_us <= {{ mode }}previous_ended_us + {{ hours }} * 3600000000 then 0
            else 1
        end as starts_{{ mode }}issue_{{ window }}
        {%- endfor %}
        {%- endfor %}
    from looked_around
),

numbered as (
    select
        *,
        sum(starts_issue_{{ var('issue_window_hours') }}h) over (
            partition by customer_id, chain_topic
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        ) as issue_number
        {%- for mode, partition in modes.items() %},
        sum(case when is_served then 1 else 0 end) over (
            partition by {{ partition }}
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        ) as {{ mode }}served_so_far
        {%- endfor %}
    from started
),

-- The first contact of an issue is the first that was served: an abandoned attempt had no chance to resolve it.
served_ranked as (
    select
        *
        {%- for mode, partition in modes.items() %}
        {%- for window in windows %},
        {{ mode }}served_so_far - max(
            case
                when starts_{{ mode }}issue_{{ window }} = 1
                    then {{ mode }}served_so_far - case when is_served then 1 else 0 end
            end
        ) over (
            partition by {{ partition }}
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        ) as served_in_{{ mode }}issue_{{ window }}
        {%- endfor %}
        {%- endfor %}
    from numbered
)

select
    conversation_id,
    {{ instant_from_microseconds(
        'case when topic is null then next_any_us else least(next_same_topic_us, next_without_topic_us) end'
    ) }} as next_same_topic_contact_at,
    {{ instant_from_microseconds('next_any_us') }} as next_any_contact_at,
    {% for mode in modes -%}
    {% for window in windows -%}
    is_served and served_in_{{ mode }}issue_{{ window }} = 1 as is_first_{{ mode }}contact_{{ window }},
    {% endfor -%}
    {% endfor -%}
    {{ stable_id(['customer_id', 'chain_topic', 'issue_number']) }} as issue_id
from served_ranked
