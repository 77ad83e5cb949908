with

issues as (
    select * from {{ ref('int_issues_followed') }}
    where is_follow_counted
),

from_topics as (
    select
        topic,
        count(*) as issue_count
    from issues
    group by topic
),

to_topics as (
    select
        next_issue_topic,
        count(*) as followed_count
    from issues
    where is_followed
    group by next_issue_topic
),

everything as (
    select count(*) as issue_count
    from issues
),

pairs as (
    select
        topic,
        next_issue_topic,
        count(*) as followed_count
    from issues
    where is_followed
    group by topic, next_issue_topic
),

-- The base rate asks all issues about anything else than what follows.
rated as (
    select
        pairs.topic,
        pairs.next_issue_topic as next_topic,
        from_topics.issue_count,
        pairs.followed_count,
        {{ rate('pairs.followed_count', 'from_topics.issue_count') }} as follow_rate,
        {{ rate('to_topics.followed_count', '(everything.issue_count - coalesce(own.issue_count, 0))') }} as base_rate
    from pairs
    cross join everything
    inner join from_topics on from_topics.topic = pairs.topic
    inner join to_topics on to_topics.next_issue_topic = pairs.next_issue_topic
    left join from_topics as own on own.topic = pairs.next_issue_topic
)

select
    topic,
    next_topic,
    issue_count,
    followed_count,
    follow_rate,
    {{ wilson_bound('follow_rate * issue_count', 'issue_count', -1) }} as follow_rate_ci_low,
    {{ wilson_bound('follow_rate * issue_count', 'issue_count', 1) }} as follow_rate_ci_high,
    base_rate,
    {{ rate('follow_rate', 'base_rate') }} as lift,
    followed_count >= {{ var('topic_sequence_min_count') }}
    and {{ wilson_bound('follow_rate * issue_count', 'issue_count', -1) }} > base_rate as is_above_base_rate
from rated
