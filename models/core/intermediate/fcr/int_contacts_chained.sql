{#-
    The customer's next contact, about the same topic and about anything, and the first contact of each issue. Instants
    are whole microseconds: a contact at the same instant is not a next one, one exactly a window later is within it.
    Issues are chained twice: about the same topic, and about anything.
-#}
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

-- topics_so_far is the same for a contact with a topic and those without one after it; topics_to_come, for those before it.
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

-- Microseconds of rest before a contact: since the latest end of those before it, about the topic and about anything.
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
        ) as next_without_topic_us,
        started_us - max(ended_us) over (
            partition by customer_id, chain_topic
            order by started_us
            range between unbounded preceding and 1 preceding
        ) as rest_us,
        started_us - max(ended_us) over (
            partition by customer_id
            order by started_us
            range between unbounded preceding and 1 preceding
        ) as any_rest_us
    from topical
),

-- served_before: how many contacts that were served came before this one.
numbered as (
    select
        *,
        sum(case when is_served then 1 else 0 end) over about_topic
        - case when is_served then 1 else 0 end as served_before,
        sum(case when is_served then 1 else 0 end) over about_anything
        - case when is_served then 1 else 0 end as any_served_before,
        sum(case when rest_us <= {{ var('issue_window_hours') }} * 3600000000 then 0 else 1 end) over about_topic
        as issue_number
    from looked_around
    window
        about_topic as (
            partition by customer_id, chain_topic
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        ),
        about_anything as (
            partition by customer_id
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        )
),

-- An issue starts after a rest longer than the window. before_<window>: how many were served before the issue's start.
served_before_issues as (
    select
        *,
        max(case when rest_us <= 24 * 3600000000 then null else served_before end) over about_topic as before_24h,
        max(case when rest_us <= 48 * 3600000000 then null else served_before end) over about_topic as before_48h,
        max(case when rest_us <= 168 * 3600000000 then null else served_before end) over about_topic as before_7d,
        max(case when any_rest_us <= 24 * 3600000000 then null else any_served_before end) over about_anything
        as any_before_24h,
        max(case when any_rest_us <= 48 * 3600000000 then null else any_served_before end) over about_anything
        as any_before_48h,
        max(case when any_rest_us <= 168 * 3600000000 then null else any_served_before end) over about_anything
        as any_before_7d
    from numbered
    window
        about_topic as (
            partition by customer_id, chain_topic
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        ),
        about_anything as (
            partition by customer_id
            order by started_us, conversation_id
            rows between unbounded preceding and current row
        )
)

-- The first contact of an issue is the first that was served: an abandoned attempt had no chance to resolve it.
select
    conversation_id,
    {{ instant_from_microseconds(
        'case when topic is null then next_any_us else least(next_same_topic_us, next_without_topic_us) end'
    ) }} as next_same_topic_contact_at,
    {{ instant_from_microseconds('next_any_us') }} as next_any_contact_at,
    is_served and served_before = before_24h as is_first_contact_24h,
    is_served and served_before = before_48h as is_first_contact_48h,
    is_served and served_before = before_7d as is_first_contact_7d,
    is_served and any_served_before = any_before_24h as is_first_any_contact_24h,
    is_served and any_served_before = any_before_48h as is_first_any_contact_48h,
    is_served and any_served_before = any_before_7d as is_first_any_contact_7d,
    {{ stable_id(['customer_id', 'chain_topic', 'issue_number']) }} as issue_id
from served_before_issues
