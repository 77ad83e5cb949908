{#- And net containment, returns and abandonment are all of gross containment. -#}
select
    kpi_date,
    channel,
    topic,
    team,
    responder,
    bot_eligible_count,
    bot_contained_count,
    bot_escalated_count
from {{ ref('kpi_bots') }}
where
    bot_contained_count + bot_escalated_count <> bot_eligible_count
    or bot_escalated_connected_count + bot_escalated_lost_count <> bot_escalated_count
    or bot_net_contained_count + bot_contained_returned_count + bot_abandoned_in_bot_count <> bot_contained_count
    or bot_stated_resolved_count > bot_net_contained_count
    or bot_unopposed_count > bot_contained_count
    or bot_net_contained_identified_count > bot_net_contained_count
