{#- Bot KPIs, counted by outcome; the outcome is given in fct_conversations. Anchor: day of started_at. -#}
with

conversations as (
    select * from {{ ref('int_bot_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    -- The rows of the tree, and what they sum to.
    count(case when is_bot_inbound then 1 end) as bot_inbound_count,
    count(case when is_bot_inbound and bot_outcome = 'not_engaged' then 1 end) as bot_not_engaged_count,
    count(case when is_bot_inbound and bot_outcome = 'pending' then 1 end) as bot_pending_count,
    count(case when is_bot_inbound and bot_outcome = 'blocked' then 1 end) as bot_blocked_count,
    count(case when is_bot_inbound and bot_outcome = 'escalated_connected' then 1 end) as bot_escalated_connected_count,
    count(case when is_bot_inbound and bot_outcome = 'escalated_lost' then 1 end) as bot_escalated_lost_count,
    count(case when is_bot_inbound and bot_outcome = 'contained_returned' then 1 end) as bot_contained_returned_count,
    count(case when is_bot_inbound and bot_outcome = 'resolved_confirmed' then 1 end) as bot_resolved_confirmed_count,
    count(case when is_bot_inbound and bot_outcome = 'resolved_task' then 1 end) as bot_resolved_task_count,
    count(case when is_bot_inbound and bot_outcome = 'abandoned_in_bot' then 1 end) as bot_abandoned_in_bot_count,
    count(case when is_bot_inbound and bot_outcome = 'contained_durable' then 1 end) as bot_contained_durable_count,
    count(case when is_bot_involved then 1 end) as bot_involved_count,
    count(case when is_bot_engaged then 1 end) as bot_engaged_count,
    count(case when not coalesce(is_bot_engaged, false) then 1 end) as not_bot_engaged_count,
    count(case when is_bot_escalated then 1 end) as bot_escalated_count,
    count(case when not coalesce(is_bot_escalated or is_bot_involved and is_bot_undecided, false) then 1 end)
    as not_bot_escalated_count,
    count(case when not coalesce(is_bot_involved and (is_bot_net_contained or is_bot_undecided), false) then 1 end)
    as not_bot_net_contained_count,
    count(case when is_bot_contained and not is_bot_net_contained then 1 end) as bot_false_contained_count,
    count(case when is_bot_stated_resolved then 1 end) as bot_stated_resolved_count,
    count(case when is_bot_unopposed then 1 end) as bot_unopposed_count,
    count(case when not is_bot_inbound then 1 end) as not_bot_inbound_count,

    count(case when is_bot_involved and is_bot_eligible then 1 end) as bot_eligible_count,
    count(case when is_bot_involved and is_bot_undecided then 1 end) as bot_undecided_count,
    count(case when not (is_bot_involved and (is_bot_eligible or is_bot_undecided)) then 1 end)
    as bot_ineligible_count,
    count(case when is_bot_involved and is_bot_contained then 1 end) as bot_contained_count,
    count(case when is_bot_involved and is_bot_net_contained then 1 end) as bot_net_contained_count,
    count(case when is_bot_involved and customer_id is not null and is_bot_eligible then 1 end)
    as bot_eligible_identified_count,
    count(case when is_bot_involved and customer_id is not null and is_bot_undecided then 1 end)
    as bot_undecided_identified_count,
    count(case when not (is_bot_involved and customer_id is not null and (is_bot_eligible or is_bot_undecided)) then 1 end)
    as bot_ineligible_identified_count,
    count(case when is_bot_involved and customer_id is not null and is_bot_contained then 1 end)
    as bot_contained_identified_count,
    count(case when is_bot_involved and customer_id is not null and is_bot_net_contained then 1 end)
    as bot_net_contained_identified_count,
    -- All contacts, the ones without a bot included.
    count(case when is_countable then 1 end) as countable_contact_count,
    count(case when not is_countable then 1 end) as uncountable_contact_count,
    count(case when is_automation_counted then 1 end) as automatable_count,
    count(case when is_automation_pending then 1 end) as automation_pending_count,
    count(case when not is_started_in_hours and is_automation_counted then 1 end) as automatable_out_of_hours_count,
    count(case when not is_started_in_hours and is_bot_net_contained then 1 end) as automated_out_of_hours_count,
    count(case when not is_started_in_hours and is_automation_pending then 1 end) as automation_pending_out_of_hours_count,
    count(case when not (not is_started_in_hours and is_countable) then 1 end) as automation_excluded_out_of_hours_count,
    count(case when coalesce(topic_tier, '') = 'simple' and is_automation_counted then 1 end) as automatable_simple_count,
    count(case when coalesce(topic_tier, '') = 'simple' and is_bot_net_contained then 1 end) as automated_simple_count,
    count(case when coalesce(topic_tier, '') = 'simple' and is_automation_pending then 1 end)
    as automation_pending_simple_count,
    count(case when not (coalesce(topic_tier, '') = 'simple' and is_countable) then 1 end)
    as automation_excluded_simple_count,
    count(case when coalesce(topic_tier, '') = 'standard' and is_automation_counted then 1 end)
    as automatable_standard_count,
    count(case when coalesce(topic_tier, '') = 'standard' and is_bot_net_contained then 1 end) as automated_standard_count,
    count(case when coalesce(topic_tier, '') = 'standard' and is_automation_pending then 1 end)
    as automation_pending_standard_count,
    count(case when not (coalesce(topic_tier, '') = 'standard' and is_countable) then 1 end)
    as automation_excluded_standard_count,
    count(case when coalesce(topic_tier, '') = 'complex' and is_automation_counted then 1 end) as automatable_complex_count,
    count(case when coalesce(topic_tier, '') = 'complex' and is_bot_net_contained then 1 end) as automated_complex_count,
    count(case when coalesce(topic_tier, '') = 'complex' and is_automation_pending then 1 end)
    as automation_pending_complex_count,
    count(case when not (coalesce(topic_tier, '') = 'complex' and is_countable) then 1 end)
    as automation_excluded_complex_count,
    -- First contacts that a bot took; one that needed a person is a miss.
    count(case when is_bot_first_contact_24h and is_fcr_mature_24h then 1 end) as bot_first_contacts_24h,
    count(case when is_bot_first_contact_24h and not is_fcr_mature_24h and not is_left_censored_24h then 1 end)
    as bot_first_contacts_pending_24h,
    count(case when not is_bot_first_contact_24h or is_left_censored_24h then 1 end)
    as bot_first_contacts_excluded_24h,
    count(case when is_bot_first_contact_24h and is_served_by_bot_alone and fcr_24h then 1 end)
    as bot_first_resolved_24h,
    count(case when is_bot_first_contact_24h and is_served_by_bot_alone and not is_unhappy and fcr_24h then 1 end)
    as bot_first_satisfied_24h,
    count(case when is_bot_first_contact_48h and is_fcr_mature_48h then 1 end) as bot_first_contacts_48h,
    count(case when is_bot_first_contact_48h and not is_fcr_mature_48h and not is_left_censored_48h then 1 end)
    as bot_first_contacts_pending_48h,
    count(case when not is_bot_first_contact_48h or is_left_censored_48h then 1 end)
    as bot_first_contacts_excluded_48h,
    count(case when is_bot_first_contact_48h and is_served_by_bot_alone and fcr_48h then 1 end)
    as bot_first_resolved_48h,
    count(case when is_bot_first_contact_48h and is_served_by_bot_alone and not is_unhappy and fcr_48h then 1 end)
    as bot_first_satisfied_48h,
    count(case
        when is_bot_first_contact_48h and is_fcr_mature_48h and is_served_by_bot_alone and is_bot_net_contained
            then 1
    end) as bot_first_durable_48h
from conversations
group by 1, 2, 3, 4, 5, 6
