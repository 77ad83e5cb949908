{#- The bot outcome tree and what is made of it (catalogue K10-K15, K01 variant 5). Anchor: day of started_at. -#}
{% set outcomes = [
    'not_engaged', 'pending', 'blocked', 'escalated_connected', 'escalated_lost', 'contained_returned',
    'resolved_confirmed', 'resolved_task', 'abandoned_in_bot', 'contained_durable',
] -%}
{% set readers = {'': 'is_bot_involved', '_identified': 'is_bot_involved and customer_id is not null'} -%}
{% set populations = {
    '_out_of_hours': 'not is_started_in_hours',
    '_simple': "coalesce(topic_tier, '') = 'simple'",
    '_standard': "coalesce(topic_tier, '') = 'standard'",
    '_complex': "coalesce(topic_tier, '') = 'complex'",
} -%}
with

conversations as (
    select * from {{ ref('int_bot_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    -- The rows of the tree, and what they sum to.
    {{ count_if('is_bot_inbound') }} as bot_inbound_count,
    {% for outcome in outcomes -%}
    {{ count_if("is_bot_inbound and bot_outcome = '" ~ outcome ~ "'") }} as bot_{{ outcome }}_count,
    {% endfor %}
    {{ count_if('is_bot_involved') }} as bot_involved_count,
    {{ count_if('is_bot_engaged') }} as bot_engaged_count,
    {{ count_if('is_bot_escalated') }} as bot_escalated_count,
    {{ count_if('is_bot_contained and not is_bot_net_contained') }} as bot_false_contained_count,
    {{ count_if('is_bot_stated_resolved') }} as bot_stated_resolved_count,
    {{ count_if('is_bot_unopposed') }} as bot_unopposed_count,
    {{ count_if('not is_bot_inbound') }} as not_bot_inbound_count,

    {% for suffix, condition in readers.items() -%}
    {{ count_if(condition ~ ' and is_bot_eligible') }} as bot_eligible{{ suffix }}_count,
    {{ count_if(condition ~ ' and is_bot_undecided') }} as bot_undecided{{ suffix }}_count,
    {{ count_if('not (' ~ condition ~ ' and (is_bot_eligible or is_bot_undecided))') }}
    as bot_ineligible{{ suffix }}_count,
    {{ count_if(condition ~ ' and is_bot_contained') }} as bot_contained{{ suffix }}_count,
    {{ count_if(condition ~ ' and is_bot_net_contained') }} as bot_net_contained{{ suffix }}_count,
    {% endfor %}
    -- All contacts, the ones without a bot included.
    {{ count_if('is_automation_counted') }} as automatable_count,
    {{ count_if('is_automation_pending') }} as automation_pending_count,
    {% for suffix, condition in populations.items() -%}
    {{ count_if(condition ~ ' and is_automation_counted') }} as automatable{{ suffix }}_count,
    {{ count_if(condition ~ ' and is_bot_net_contained') }} as automated{{ suffix }}_count,
    {{ count_if(condition ~ ' and is_automation_pending') }} as automation_pending{{ suffix }}_count,
    {{ count_if('not (' ~ condition ~ ' and is_countable)') }} as automation_excluded{{ suffix }}_count,
    {% endfor %}
    -- First contacts that a bot took; one that needed a person is a miss.
    {% for window in ['24h', '48h'] -%}
    {{ count_if('is_bot_first_contact_' ~ window ~ ' and is_fcr_mature_' ~ window) }} as bot_first_contacts_{{ window }},
    {{ count_if(
        'is_bot_first_contact_' ~ window
        ~ ' and not is_fcr_mature_' ~ window ~ ' and not is_left_censored_' ~ window
    ) }} as bot_first_contacts_pending_{{ window }},
    {{ count_if('not is_bot_first_contact_' ~ window ~ ' or is_left_censored_' ~ window) }}
    as bot_first_contacts_excluded_{{ window }},
    {{ count_if('is_bot_first_contact_' ~ window ~ ' and is_served_by_bot_alone and fcr_' ~ window) }}
    as bot_first_resolved_{{ window }},
    {{ count_if(
        'is_bot_first_contact_' ~ window ~ ' and is_served_by_bot_alone and not is_unhappy and fcr_' ~ window
    ) }} as bot_first_satisfied_{{ window }},
    {% endfor -%}
    {{ count_if(
        'is_bot_first_contact_48h and is_fcr_mature_48h and is_served_by_bot_alone and is_bot_net_contained'
    ) }} as bot_first_durable_48h
from conversations
group by
    1,
    2,
    3,
    4,
    5
