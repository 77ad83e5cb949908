{#-
    First contact resolution and repeat contact. Anchor: day of started_at.
    What makes a contact resolved at first, fcr_<window> and fcr_any_topic_<window>, stands in int_first_contact_resolution;
    here it is counted. Contact reading: every anchor. Issue reading: the first served contact of each issue.
-#}
with

conversations as (
    select
        classified.*,
        -- A tool without a log of its tickets shows none that came back.
        coalesce(classified.is_reopened, false) as is_returned,
        classified.is_fcr_anchor and classified.is_first_contact_24h as is_issue_first_24h,
        classified.is_any_topic_anchor and classified.is_fcr_mature_24h as is_any_topic_mature_24h,
        classified.is_any_topic_anchor and classified.is_first_any_contact_24h as is_any_topic_first_24h,
        classified.is_fcr_anchor and classified.is_first_contact_48h as is_issue_first_48h,
        classified.is_any_topic_anchor and classified.is_fcr_mature_48h as is_any_topic_mature_48h,
        classified.is_any_topic_anchor and classified.is_first_any_contact_48h as is_any_topic_first_48h,
        classified.is_fcr_anchor and classified.is_first_contact_7d as is_issue_first_7d,
        classified.is_any_topic_anchor and classified.is_fcr_mature_7d as is_any_topic_mature_7d,
        classified.is_any_topic_anchor and classified.is_first_any_contact_7d as is_any_topic_first_7d,
        repeats.seconds_to_repeat,
        repeats.is_cross_channel
    from {{ ref('int_conversations_classified') }} as classified
    left join {{ ref('fct_repeats') }} as repeats on repeats.conversation_id = classified.conversation_id
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    -- Within 24h, about the same topic: of every anchor.
    count(case when is_fcr_anchor and is_fcr_mature_24h then 1 end) as contact_anchors_24h,
    count(case when is_fcr_anchor and is_fcr_pending_24h then 1 end) as contact_pending_24h,
    count(case when not is_fcr_anchor or is_left_censored_24h then 1 end) as contact_excluded_24h,
    count(case when fcr_24h then 1 end) as contact_resolved_24h,
    count(case when is_fcr_mature_24h and not is_returned and not repeats_within_24h then 1 end) as contact_without_return_24h,
    count(case when is_fcr_mature_24h and repeats_within_24h then 1 end) as contact_repeated_24h,
    -- Of the first contact of each issue.
    count(case when is_issue_first_24h and is_fcr_mature_24h then 1 end) as issue_anchors_24h,
    count(case when is_issue_first_24h and is_fcr_pending_24h then 1 end) as issue_pending_24h,
    count(case when not is_issue_first_24h or is_left_censored_24h then 1 end) as issue_excluded_24h,
    count(case when is_issue_first_24h and fcr_24h then 1 end) as issue_resolved_24h,
    count(case when is_issue_first_24h and is_fcr_mature_24h and not is_returned and not repeats_within_24h then 1 end)
    as issue_without_return_24h,
    -- About anything: of every anchor, then of the first contact of each chain.
    count(case when is_any_topic_anchor and is_fcr_mature_24h then 1 end) as any_topic_anchors_24h,
    count(case when is_any_topic_anchor and is_fcr_pending_24h then 1 end) as any_topic_pending_24h,
    count(case when not is_any_topic_anchor or is_left_censored_24h then 1 end) as any_topic_excluded_24h,
    count(case when fcr_any_topic_24h then 1 end) as any_topic_resolved_24h,
    count(case when is_any_topic_mature_24h and not is_returned and not repeats_any_within_24h then 1 end)
    as any_topic_without_return_24h,
    count(case when is_any_topic_first_24h and is_fcr_mature_24h then 1 end) as any_topic_issue_anchors_24h,
    count(case when is_any_topic_first_24h and is_fcr_pending_24h then 1 end) as any_topic_issue_pending_24h,
    count(case when not is_any_topic_first_24h or is_left_censored_24h then 1 end) as any_topic_issue_excluded_24h,
    count(case when is_any_topic_first_24h and fcr_any_topic_24h then 1 end) as any_topic_issue_resolved_24h,
    count(case
        when is_any_topic_first_24h and is_fcr_mature_24h and not is_returned and not repeats_any_within_24h then 1
    end) as any_topic_issue_without_return_24h,

    -- Within 48h, about the same topic: of every anchor.
    count(case when is_fcr_anchor and is_fcr_mature_48h then 1 end) as contact_anchors_48h,
    count(case when is_fcr_anchor and is_fcr_pending_48h then 1 end) as contact_pending_48h,
    count(case when not is_fcr_anchor or is_left_censored_48h then 1 end) as contact_excluded_48h,
    count(case when fcr_48h then 1 end) as contact_resolved_48h,
    count(case when is_fcr_mature_48h and not is_returned and not repeats_within_48h then 1 end) as contact_without_return_48h,
    count(case when is_fcr_mature_48h and repeats_within_48h then 1 end) as contact_repeated_48h,
    -- Of the first contact of each issue.
    count(case when is_issue_first_48h and is_fcr_mature_48h then 1 end) as issue_anchors_48h,
    count(case when is_issue_first_48h and is_fcr_pending_48h then 1 end) as issue_pending_48h,
    count(case when not is_issue_first_48h or is_left_censored_48h then 1 end) as issue_excluded_48h,
    count(case when is_issue_first_48h and fcr_48h then 1 end) as issue_resolved_48h,
    count(case when is_issue_first_48h and is_fcr_mature_48h and not is_returned and not repeats_within_48h then 1 end)
    as issue_without_return_48h,
    -- About anything: of every anchor, then of the first contact of each chain.
    count(case when is_any_topic_anchor and is_fcr_mature_48h then 1 end) as any_topic_anchors_48h,
    count(case when is_any_topic_anchor and is_fcr_pending_48h then 1 end) as any_topic_pending_48h,
    count(case when not is_any_topic_anchor or is_left_censored_48h then 1 end) as any_topic_excluded_48h,
    count(case when fcr_any_topic_48h then 1 end) as any_topic_resolved_48h,
    count(case when is_any_topic_mature_48h and not is_returned and not repeats_any_within_48h then 1 end)
    as any_topic_without_return_48h,
    count(case when is_any_topic_first_48h and is_fcr_mature_48h then 1 end) as any_topic_issue_anchors_48h,
    count(case when is_any_topic_first_48h and is_fcr_pending_48h then 1 end) as any_topic_issue_pending_48h,
    count(case when not is_any_topic_first_48h or is_left_censored_48h then 1 end) as any_topic_issue_excluded_48h,
    count(case when is_any_topic_first_48h and fcr_any_topic_48h then 1 end) as any_topic_issue_resolved_48h,
    count(case
        when is_any_topic_first_48h and is_fcr_mature_48h and not is_returned and not repeats_any_within_48h then 1
    end) as any_topic_issue_without_return_48h,

    -- Within 7d, about the same topic: of every anchor.
    count(case when is_fcr_anchor and is_fcr_mature_7d then 1 end) as contact_anchors_7d,
    count(case when is_fcr_anchor and is_fcr_pending_7d then 1 end) as contact_pending_7d,
    count(case when not is_fcr_anchor or is_left_censored_7d then 1 end) as contact_excluded_7d,
    count(case when fcr_7d then 1 end) as contact_resolved_7d,
    count(case when is_fcr_mature_7d and not is_returned and not repeats_within_7d then 1 end) as contact_without_return_7d,
    count(case when is_fcr_mature_7d and repeats_within_7d then 1 end) as contact_repeated_7d,
    -- Of the first contact of each issue.
    count(case when is_issue_first_7d and is_fcr_mature_7d then 1 end) as issue_anchors_7d,
    count(case when is_issue_first_7d and is_fcr_pending_7d then 1 end) as issue_pending_7d,
    count(case when not is_issue_first_7d or is_left_censored_7d then 1 end) as issue_excluded_7d,
    count(case when is_issue_first_7d and fcr_7d then 1 end) as issue_resolved_7d,
    count(case when is_issue_first_7d and is_fcr_mature_7d and not is_returned and not repeats_within_7d then 1 end)
    as issue_without_return_7d,
    -- About anything: of every anchor, then of the first contact of each chain.
    count(case when is_any_topic_anchor and is_fcr_mature_7d then 1 end) as any_topic_anchors_7d,
    count(case when is_any_topic_anchor and is_fcr_pending_7d then 1 end) as any_topic_pending_7d,
    count(case when not is_any_topic_anchor or is_left_censored_7d then 1 end) as any_topic_excluded_7d,
    count(case when fcr_any_topic_7d then 1 end) as any_topic_resolved_7d,
    count(case when is_any_topic_mature_7d and not is_returned and not repeats_any_within_7d then 1 end)
    as any_topic_without_return_7d,
    count(case when is_any_topic_first_7d and is_fcr_mature_7d then 1 end) as any_topic_issue_anchors_7d,
    count(case when is_any_topic_first_7d and is_fcr_pending_7d then 1 end) as any_topic_issue_pending_7d,
    count(case when not is_any_topic_first_7d or is_left_censored_7d then 1 end) as any_topic_issue_excluded_7d,
    count(case when is_any_topic_first_7d and fcr_any_topic_7d then 1 end) as any_topic_issue_resolved_7d,
    count(case
        when is_any_topic_first_7d and is_fcr_mature_7d and not is_returned and not repeats_any_within_7d then 1
    end) as any_topic_issue_without_return_7d,

    -- What the record claims against what the customers did.
    count(case when is_fcr_anchor and is_fcr_mature_48h and is_resolved then 1 end)
    - count(case when is_fcr_mature_48h and not is_returned and not repeats_within_48h then 1 end) as contact_claim_surplus_48h,
    count(case
        when is_fcr_anchor and is_fcr_mature_48h and is_resolved <> (not is_returned and not repeats_within_48h) then 1
    end) as contact_claim_contradicted_48h,

    -- How soon repeats come and through which channel.
    count(case when is_repeated_48h and is_cross_channel then 1 end) as contact_cross_channel_48h,
    count(case when not coalesce(is_repeated_48h, false) and not (is_fcr_anchor and is_fcr_pending_48h) then 1 end)
    as contact_not_repeated_48h,
    {{ exact_sum('case when is_repeated_48h then seconds_to_repeat else 0 end') }} as contact_repeat_seconds_48h,
    {{ exact_sum('case when is_repeated_48h then seconds_to_repeat * seconds_to_repeat else 0 end') }}
    as contact_repeat_seconds_squared_48h
from conversations
group by 1, 2, 3, 4, 5, 6
