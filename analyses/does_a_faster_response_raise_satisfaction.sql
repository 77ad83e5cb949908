-- Does a faster first response raise satisfaction?
--
-- Read: downwards, what speed does; across, from satisfied_resolved to satisfied_unresolved, what solving the matter does.
--   Buy speed where the intervals of two neighbours are apart and the gap is worth it beside the one across.
-- Beware: no experiment. Slow answers belong to long matters, and part of what looks like speed is their length. Compare
--   within a source_type only. Only those who answered are seen. marts.csat_drivers compares within channel and topic,
--   marts.csat_claims tests that a point of first contact resolution is a point of satisfaction.
-- KPIs: csat_top_box
-- Columns:
--   source_type: call, chat or ticket
--   first_response: from the start to the first response by anybody
--   n: answers to the satisfaction question on the 1-5 scale, in time
--   satisfied_rate, ci_low, ci_high: 4 or 5 / n, with the 95 % interval
--   n_resolved: answers about contacts that were resolved
--   satisfied_resolved, resolved_low, resolved_high: satisfied of these, with the 95 % interval
--   n_unresolved: answers about all others
--   satisfied_unresolved: satisfied of these
with

answers as (
    select
        conversations.source_type,
        case
            when conversations.first_response_seconds <= 60 then '1: up to 1 min'
            when conversations.first_response_seconds <= 600 then '2: 1 to 10 min'
            when conversations.first_response_seconds <= 3600 then '3: 10 min to 1 h'
            when conversations.first_response_seconds <= 14400 then '4: 1 to 4 h'
            else '5: over 4 h'
        end as first_response,
        surveys.score >= 4 as is_satisfied,
        conversations.is_resolved
    from core.fct_survey_responses as surveys
    inner join core.fct_conversations as conversations on conversations.conversation_id = surveys.conversation_id
    where
        surveys.question = 'csat' and surveys.scale_min = 1 and surveys.scale_max = 5
        and surveys.is_answered and not surveys.is_late
        and conversations.first_response_seconds is not null
),

counted as (
    select
        source_type,
        first_response,
        count(*) as n,
        count(*) filter (where is_satisfied) as k,
        count(*) filter (where is_resolved) as n_resolved,
        count(*) filter (where is_resolved and is_satisfied) as k_resolved
    from answers
    group by source_type, first_response
)

select
    source_type,
    first_response,
    n,
    k / n as satisfied_rate,
    (k + 1.9208 - 1.96 * sqrt(k * (n - k) / n + 0.9604)) / (n + 3.8416) as ci_low,
    (k + 1.9208 + 1.96 * sqrt(k * (n - k) / n + 0.9604)) / (n + 3.8416) as ci_high,
    n_resolved,
    k_resolved / nullif(n_resolved, 0) as satisfied_resolved,
    (k_resolved + 1.9208 - 1.96 * sqrt(k_resolved * (n_resolved - k_resolved) / nullif(n_resolved, 0) + 0.9604))
    / (n_resolved + 3.8416) as resolved_low,
    (k_resolved + 1.9208 + 1.96 * sqrt(k_resolved * (n_resolved - k_resolved) / nullif(n_resolved, 0) + 0.9604))
    / (n_resolved + 3.8416) as resolved_high,
    n - n_resolved as n_unresolved,
    (k - k_resolved) / nullif(n - n_resolved, 0) as satisfied_unresolved
from counted
order by source_type, first_response;
